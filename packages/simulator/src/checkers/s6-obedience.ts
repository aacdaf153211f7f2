import type { AgentRun } from '@holdfast/ports';
import type { Barrier, Command } from '@holdfast/protocol';
import type { SimulatedHost } from '../world/host.ts';
import type { Report } from './finding.ts';

/** The transition an order belongs to. */
export interface Mark {
  readonly term: number;
  readonly transition: number;
}

interface Obeyed {
  readonly life: number;
  newest: Mark;
  readonly commands: Map<string, Mark>;
}

/**
 * S6, second half: no start is executed by an order that is older than what the member has been told since. Judged
 * from the messages that reached it. A member that led in this life is left out: its orders to itself are no messages.
 */
export class ObedienceChecker {
  private readonly hosts = new Map<string, Obeyed>();
  private readonly led = new Set<string>();
  private readonly report: Report;

  constructor(report: Report) {
    this.report = report;
  }

  leads(host: string, life: number): void {
    this.led.add(`${host}#${life}`);
  }

  /** A barrier or a command has reached a member. */
  delivered({ name, life, node }: SimulatedHost, part: Barrier | Command): void {
    if (part.kind === 'barrier') {
      this.obey(name, life, part);
      return;
    }
    const { action, token } = part;
    if (token.incarnation !== node?.inspect().incarnation) return;
    const obeyed = this.obey(name, life, token);
    if (!isOlder(token, obeyed.newest))
      obeyed.commands.set(`${action.resource?.id}_${action.operation}`, token);
  }

  /** The newest order by which a host may execute something. */
  orderOf(host: string, life: number, run: AgentRun): Mark | undefined {
    const obeyed = this.hosts.get(host);
    return obeyed?.life === life ? obeyed.commands.get(`${run.resource}_${run.operation}`) : undefined;
  }

  executed(host: string, life: number, run: AgentRun): void {
    if (this.led.has(`${host}#${life}`)) return;
    const obeyed = this.hosts.get(host);
    const order = this.orderOf(host, life, run);
    if (!obeyed || !order) {
      this.report('S6-obedience', `${host} runs ${run.operation} of ${run.resource} without an order`);
    } else if (isOlder(order, obeyed.newest)) {
      const was = `${order.term}.${order.transition}`;
      const now = `${obeyed.newest.term}.${obeyed.newest.transition}`;
      this.report('S6-obedience', `${host} runs ${run.operation} of ${run.resource} of ${was} after ${now}`);
    }
  }

  private obey(host: string, life: number, mark: Mark): Obeyed {
    let obeyed = this.hosts.get(host);
    if (obeyed?.life !== life) {
      obeyed = { life, newest: { term: 0, transition: 0 }, commands: new Map() };
      this.hosts.set(host, obeyed);
    }
    if (isOlder(obeyed.newest, mark)) obeyed.newest = { term: mark.term, transition: mark.transition };
    return obeyed;
  }
}

function isOlder(a: Mark, b: Mark): boolean {
  return a.term < b.term || (a.term === b.term && a.transition < b.transition);
}

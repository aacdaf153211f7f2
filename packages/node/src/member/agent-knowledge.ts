import { type GraphAction, parseAgentMetadata } from '@holdfast/model';
import type { AgentResult } from '@holdfast/ports';
import type { Outbox } from '../outbox.ts';
import { OP_STATUS } from './operation-result.ts';
import type { RunIds } from './run-ids.ts';

type AgentOf = Pick<NonNullable<GraphAction['resource']>, 'class' | 'provider' | 'type'>;

/** What an agent says about its parameters, as far as digests of operations need it. */
export interface AgentFacts {
  /** Parameters whose change needs a restart; undefined when the agent cannot reload anything. */
  readonly restartNames: readonly string[] | undefined;
  /** Parameters that are kept out of what people see. */
  readonly privateNames: readonly string[];
}

const METADATA_TIMEOUT_MS = 30_000;

/**
 * Meta-data of the OCF agents in use on this member. Read when an agent is first used in a life of the member, not
 * kept beyond it: agents are upgraded while daemons are down. A failed reading is tried again with the next use.
 */
export class AgentKnowledge {
  private readonly outbox: Outbox;
  private readonly runIds: RunIds;
  private readonly known = new Map<string, AgentFacts>();
  private readonly asking = new Map<number, string>();

  constructor(outbox: Outbox, runIds: RunIds) {
    this.outbox = outbox;
    this.runIds = runIds;
  }

  /** Undefined while nothing is known. */
  of(agent: AgentOf): AgentFacts | undefined {
    return this.known.get(nameOf(agent));
  }

  /** Asks the agent, unless that was done. */
  want(agent: AgentOf): void {
    const name = nameOf(agent);
    if (agent.class !== 'ocf' || this.known.has(name) || [...this.asking.values()].includes(name)) return;
    const runId = this.runIds.next();
    this.asking.set(runId, name);
    this.outbox.emit({
      kind: 'runAgent',
      run: {
        runId,
        class: agent.class,
        ...(agent.provider ? { provider: agent.provider } : {}),
        type: agent.type,
        resource: agent.type,
        operation: 'meta-data',
        intervalMs: 0,
        timeoutMs: METADATA_TIMEOUT_MS,
        attributes: {},
      },
    });
  }

  /** Takes an agent's answer. Returns false when it answers something else, else the name of the agent. */
  result(result: AgentResult): string | false {
    const name = this.asking.get(result.runId);
    if (name === undefined) return false;
    this.asking.delete(result.runId);
    if (result.opStatus !== OP_STATUS.done || result.rcCode !== 0) return name;
    const read = parseAgentMetadata(result.output ?? '');
    if (!read.ok) {
      this.outbox.log('debug', 'metadata-unreadable', `meta-data of ${name}: ${read.problem}`, {});
      // It will say the same again.
      this.known.set(name, { restartNames: undefined, privateNames: [] });
      return name;
    }
    const { parameters, actions } = read.metadata;
    const reloads = actions.some((action) => action.name === 'reload-agent');
    const restarting = parameters.filter(({ reloadable }) => !reloadable);
    this.known.set(name, {
      restartNames: reloads ? restarting.map((each) => each.name) : undefined,
      privateNames: parameters.filter((each) => each.private).map((each) => each.name),
    });
    return name;
  }
}

/** One name per agent, whatever resources use it. */
export function nameOf(agent: AgentOf): string {
  return `${agent.class}:${agent.provider ?? ''}:${agent.type}`;
}

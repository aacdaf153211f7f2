import {
  Membership,
  type MembershipEvent,
  type MembershipOptions,
  type Message,
  type PeerDefinition,
} from '../../src/index.ts';
import { seeded } from './seeded.ts';

interface Flight {
  readonly atMs: number;
  readonly from: string;
  readonly to: string;
  readonly link: string;
  readonly message: Message;
}

/** An event and where and when it happened. */
export interface Seen {
  readonly atMs: number;
  readonly by: string;
  readonly event: MembershipEvent;
}

/** One machine: a core while it runs. */
export interface Machine {
  readonly name: string;
  incarnation: number;
  core: Membership | undefined;
  paused: boolean;
}

/**
 * Several membership cores on a virtual clock and a network whose loss depends on sender, receiver and
 * link.
 */
export class World {
  nowMs = 0;
  readonly machines = new Map<string, Machine>();
  readonly seen: Seen[] = [];
  /** Probability that a message is lost. */
  loss: (from: string, to: string, link: string) => number = () => 0;
  /** Direction cut on a link: `a>b/link`. */
  readonly cuts = new Set<string>();
  latencyMs = 1;
  private readonly options: Omit<MembershipOptions, 'self' | 'incarnation'>;
  private readonly links: readonly string[];
  private readonly draw: () => number;
  private flights: Flight[] = [];

  constructor(
    names: readonly string[],
    links: readonly string[],
    seed = 1,
    options: Omit<MembershipOptions, 'self' | 'incarnation'> = {},
  ) {
    this.links = links;
    this.draw = seeded(seed);
    this.options = options;
    for (const name of names)
      this.machines.set(name, { name, incarnation: 0, core: undefined, paused: false });
    for (const machine of this.machines.values()) this.start(machine);
  }

  machine(name: string): Machine {
    const machine = this.machines.get(name);
    if (machine === undefined) throw new Error(`no member ${name}`);
    return machine;
  }

  running(name: string): Membership {
    const { core } = this.machine(name);
    if (core === undefined) throw new Error(`${name} is down`);
    return core;
  }

  start(machine: Machine): void {
    machine.incarnation++;
    machine.paused = false;
    const peers: PeerDefinition[] = [...this.machines.keys()]
      .filter((name) => name !== machine.name)
      .map((name) => ({ name, links: this.links }));
    const options = { ...this.options, self: machine.name, incarnation: machine.incarnation };
    machine.core = new Membership(options, peers, this.draw, this.nowMs);
  }

  crash(machine: Machine): void {
    machine.core = undefined;
    this.flights = this.flights.filter(({ to }) => to !== machine.name);
  }

  cut(from: string, to: string, link?: string): void {
    for (const name of link === undefined ? this.links : [link]) this.cuts.add(`${from}>${to}/${name}`);
  }

  settle(machine: Machine): void {
    const { core } = machine;
    if (core === undefined || machine.paused) return;
    const { messages, events } = core.takeOutputs();
    for (const event of events) this.seen.push({ atMs: this.nowMs, by: machine.name, event });
    for (const { to, link, message } of messages) {
      if (this.draw() < this.loss(machine.name, to, link)) continue;
      if (this.cuts.has(`${machine.name}>${to}/${link}`) || this.machine(to).core === undefined) continue;
      this.flights.push({ atMs: this.nowMs + this.latencyMs, from: machine.name, to, link, message });
    }
  }

  /** Lets `durationMs` pass. */
  advance(durationMs: number): void {
    const endMs = this.nowMs + durationMs;
    for (const machine of this.machines.values()) this.settle(machine);
    for (let atMs = this.nextMs(); atMs <= endMs; atMs = this.nextMs()) {
      this.nowMs = Math.max(this.nowMs, atMs);
      this.deliver();
      for (const machine of this.machines.values()) {
        if (machine.core === undefined || machine.paused || machine.core.nextDeadlineMs() > this.nowMs)
          continue;
        machine.core.tick(this.nowMs);
        this.settle(machine);
      }
    }
    this.nowMs = endMs;
  }

  private nextMs(): number {
    let atMs = Number.POSITIVE_INFINITY;
    for (const flight of this.flights) {
      if (this.machine(flight.to).paused) continue;
      atMs = flight.atMs;
      break;
    }
    for (const { core, paused } of this.machines.values()) {
      if (core !== undefined && !paused) atMs = Math.min(atMs, core.nextDeadlineMs());
    }
    return atMs;
  }

  private deliver(): void {
    const due: Flight[] = [];
    const later: Flight[] = [];
    for (const flight of this.flights) {
      if (flight.atMs <= this.nowMs && !this.machine(flight.to).paused) due.push(flight);
      else later.push(flight);
    }
    this.flights = later;
    for (const { from, to, link, message } of due) {
      const machine = this.machine(to);
      machine.core?.receive(from, link, message, this.nowMs);
      this.settle(machine);
    }
  }

  /** Events of one type, as `observer: peer` pairs. */
  events(type: MembershipEvent['type'], sinceMs = 0): string[] {
    return this.seen
      .filter(({ event, atMs }) => event.type === type && atMs >= sinceMs)
      .map(({ by, event }) => ('peer' in event ? `${by}: ${event.peer}` : by));
  }
}

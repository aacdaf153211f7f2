import {
  Consensus,
  type ConsensusEvent,
  type ConsensusOptions,
  type Entry,
  type Message,
  type PersistentState,
  type ReadState,
  type Snapshot,
} from '../../src/index.ts';
import { Disk } from './disk.ts';
import { seeded } from './seeded.ts';

interface Flight {
  readonly atMs: number;
  readonly from: string;
  readonly to: string;
  readonly message: Message;
}

/** What tests are told; all optional. */
export interface Watcher {
  sent?(from: string, to: string, message: Message, lost: boolean): void;
  event?(member: string, event: ConsensusEvent): void;
  committed?(member: string, entries: readonly Entry[]): void;
  installed?(member: string, snapshot: Snapshot): void;
  read?(member: string, read: ReadState): void;
}

/** One machine: a disk that survives and a core that does not. */
export interface Machine {
  readonly name: string;
  readonly disk: Disk;
  core: Consensus | undefined;
  /** Writes finish only on command. */
  holdDisk: boolean;
  /** No time and no messages. */
  paused: boolean;
  /** Committed command payloads, in order: the state machine. */
  applied: unknown[];
  appliedIndex: number;
  starts: number;
}

/**
 * Several cores with a shared virtual clock, a network and disks. The plain one: nothing is random but the
 * cores.
 */
export class World {
  nowMs = 0;
  readonly machines = new Map<string, Machine>();
  readonly cuts = new Set<string>();
  latencyMs = 5;
  watcher: Watcher = {};
  options: Omit<ConsensusOptions, 'self'> = {};
  private flights: Flight[] = [];

  add(name: string, state: PersistentState): Machine {
    const machine: Machine = {
      name,
      disk: new Disk(state),
      core: undefined,
      holdDisk: false,
      paused: false,
      applied: [],
      appliedIndex: 0,
      starts: 0,
    };
    this.machines.set(name, machine);
    this.start(machine);
    return machine;
  }

  /** The member of that name; `leader` is whoever leads. */
  machine(name: string): Machine {
    const machine = name === 'leader' ? this.leader() : this.machines.get(name);
    if (machine === undefined) throw new Error(`no member ${name}`);
    return machine;
  }

  running(name: string): Consensus {
    const { core } = this.machine(name);
    if (core === undefined) throw new Error(`${name} is down`);
    return core;
  }

  start(machine: Machine): void {
    machine.starts++;
    const seed = [...machine.name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), machine.starts);
    const { snapshot } = machine.disk.state;
    machine.applied = snapshot === null ? [] : JSON.parse(snapshot.data);
    machine.appliedIndex = snapshot?.index ?? 0;
    machine.core = new Consensus(
      { ...this.options, self: machine.name },
      machine.disk.state,
      seeded(seed),
      this.nowMs,
    );
  }

  crash(machine: Machine, surviving = 0): void {
    machine.disk.crash(surviving);
    machine.core = undefined;
    machine.paused = false;
    this.flights = this.flights.filter(({ to }) => to !== machine.name);
  }

  cut(from: string, to: string): void {
    this.cuts.add(`${from}>${to}`);
  }

  heal(): void {
    this.cuts.clear();
  }

  /** Carries out what a core asks for. */
  settle(machine: Machine): void {
    const { core } = machine;
    if (core === undefined || machine.paused) return;
    for (let turn = 0; core.hasOutputs(); turn++) {
      if (turn > 1000) throw new Error(`${machine.name} does not come to rest`);
      this.carryOut(machine, core);
    }
  }

  private carryOut(machine: Machine, core: Consensus): void {
    const outputs = core.takeOutputs();
    for (const event of outputs.events) this.watcher.event?.(machine.name, event);
    for (const { to, message } of outputs.messages) this.send(machine.name, to, message);
    if (outputs.install !== undefined) {
      machine.applied = JSON.parse(outputs.install.data);
      machine.appliedIndex = outputs.install.index;
      this.watcher.installed?.(machine.name, outputs.install);
    }
    for (const entry of outputs.committed) {
      if (entry.index !== machine.appliedIndex + 1)
        throw new Error(`${machine.name} skips to ${entry.index}`);
      if (entry.kind === 'command') machine.applied.push(entry.payload);
      machine.appliedIndex = entry.index;
    }
    if (outputs.committed.length > 0) this.watcher.committed?.(machine.name, outputs.committed);
    for (const read of outputs.reads) this.watcher.read?.(machine.name, read);
    if (outputs.persist !== undefined) machine.disk.submit(outputs.persist);
    if (!machine.holdDisk) this.finishWrites(machine);
  }

  finishWrites(machine: Machine): void {
    for (let token = machine.disk.finishOne(); token !== undefined; token = machine.disk.finishOne()) {
      machine.core?.persisted(token, this.nowMs);
    }
  }

  private send(from: string, to: string, message: Message): void {
    const lost = this.cuts.has(`${from}>${to}`) || this.machines.get(to)?.core === undefined;
    this.watcher.sent?.(from, to, message, lost);
    if (!lost) this.flights.push({ atMs: this.nowMs + this.latencyMs, from, to, message });
  }

  /** Lets `durationMs` pass: messages, deadlines and disk writes in order of time. */
  advance(durationMs: number, until?: () => boolean): void {
    const endMs = this.nowMs + durationMs;
    for (const machine of this.machines.values()) this.settle(machine);
    while (until?.() !== true) {
      const atMs = this.nextMs();
      if (atMs > endMs) break;
      this.nowMs = Math.max(this.nowMs, atMs);
      this.step();
    }
    if (until?.() !== true) this.nowMs = endMs;
  }

  private nextMs(): number {
    let atMs =
      this.flights.find((flight) => this.machines.get(flight.to)?.paused === false)?.atMs ?? Infinity;
    for (const { core, paused } of this.machines.values()) {
      if (core !== undefined && !paused) atMs = Math.min(atMs, core.nextDeadlineMs());
    }
    return atMs;
  }

  private step(): void {
    const at = this.flights.findIndex(
      ({ atMs, to }) => atMs <= this.nowMs && this.machines.get(to)?.paused === false,
    );
    const flight = this.flights[at];
    if (flight !== undefined) {
      this.flights.splice(at, 1);
      const machine = this.machine(flight.to);
      if (!this.cuts.has(`${flight.from}>${flight.to}`)) {
        machine.core?.receive(flight.from, flight.message, this.nowMs);
        this.settle(machine);
      }
      return;
    }
    for (const machine of this.machines.values()) {
      if (machine.core === undefined || machine.paused || machine.core.nextDeadlineMs() > this.nowMs)
        continue;
      machine.core.tick(this.nowMs);
      this.settle(machine);
    }
  }

  /** The one leader with the highest term, if any. */
  leader(): Machine | undefined {
    let best: Machine | undefined;
    for (const machine of this.machines.values()) {
      if (machine.core?.role !== 'leader') continue;
      if (best?.core === undefined || machine.core.term > best.core.term) best = machine;
    }
    return best;
  }
}

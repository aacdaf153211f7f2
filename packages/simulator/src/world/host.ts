import { HoldfastError } from '@holdfast/model';
import { ClusterNode, type NodeInput, type NodeOptions, type NodeOutput } from '@holdfast/node';
import type { StoredEntry, StoreOperation } from '@holdfast/ports';
import type { Connection } from './connection.ts';
import { SimulatedDisk } from './disk.ts';
import type { EventQueue } from './event-queue.ts';
import type { SeededRandom } from './random.ts';
import type { HostServices } from './services.ts';
import { WriteQueue } from './write-queue.ts';

/** What a host needs of the world around it. */
export interface HostSurroundings {
  readonly queue: EventQueue;
  readonly random: SeededRandom;
  /** Disks hold what JSON can say, and nothing else. */
  readonly codec: boolean;
  readonly services: HostServices;
  /** Carries out everything but timers, persistence and agents. */
  carryOut(host: SimulatedHost, output: NodeOutput): void;
  /** The daemon is about to end. */
  daemonEnds(host: SimulatedHost): void;
  /** The daemon ended: by itself, by a failed assertion, or killed. */
  daemonEnded(host: SimulatedHost, reason: string, clean: boolean): void;
  /** The core threw; always a finding. */
  coreFailed(host: SimulatedHost, error: unknown): void;
  /** Entries given to the disk, for the checkers. */
  persisted(host: SimulatedHost, entries: readonly StoredEntry[]): void;
  /** A batch reached the disk. */
  synced(host: SimulatedHost, batch: readonly StoreOperation[]): void;
  /** Every input of every member but messages, for the digest of the run. */
  fed(kind: NodeInput['kind'], nowMs: number): void;
  /** Every message that reaches a member, for the digest and the checkers. */
  heard(host: SimulatedHost, message: Extract<NodeInput, { kind: 'message' }>): void;
  /** Called after every step, for the checkers. */
  stepped(host: SimulatedHost): void;
}

/** One machine: power, a disk, services, a clock of its own and, while it is up, a daemon. */
export class SimulatedHost {
  readonly name: string;
  readonly disk: SimulatedDisk;
  /** Changes with the identity file, when the disk is replaced. */
  peerId: string;
  /** Identities that the daemon lets in, and connects to. */
  admitted: ReadonlySet<string> = new Set();
  /** The ways from here to others, by their names. */
  readonly connections = new Map<string, Connection>();
  /** The disk takes no more: every write fails. */
  diskFull = false;
  node: ClusterNode | null = null;
  powered = true;
  /** Times the machine was switched on. */
  boots = 1;
  paused = false;
  /** It gets the processor again and again, for a moment each: pauses are short, and what waited is answered. */
  starved = false;
  /** Mean time of one synced write, milliseconds. */
  diskDelayMs = 1;
  wallOffsetMs = 0;
  /** Raised at each daemon start and end; events of an older life are void. */
  life = 0;
  /** Raised whenever the daemon starts, ends, is paused or goes on. */
  version = 0;
  /** What the checkers have looked at in this life: they look again only at what has changed. */
  seen = nothingSeen();
  /** Rate of the local monotonic clock against the world's; 1 is exact. */
  private clockRate = 1;
  /** An instant on the world's clock, and what the local one showed then. */
  private clockSet = { atMs: 0, localMs: 1000 };
  private pausedAtMs = 0;
  /** End and length of the last pause. */
  private lastPause = { endMs: Number.NEGATIVE_INFINITY, lengthMs: 0 };
  private readonly surroundings: HostSurroundings;
  private readonly makeOptions: (host: SimulatedHost) => NodeOptions;
  private waiting: ((nowMs: number) => NodeInput)[] = [];
  private writes: WriteQueue;
  private writing = false;
  private timerAtMs = Number.POSITIVE_INFINITY;

  constructor(
    name: string,
    surroundings: HostSurroundings,
    makeOptions: (host: SimulatedHost) => NodeOptions,
  ) {
    this.name = name;
    this.peerId = `peer-${name}-1`;
    this.surroundings = surroundings;
    this.disk = new SimulatedDisk({ codec: surroundings.codec });
    this.writes = new WriteQueue(this.disk, surroundings.random);
    this.makeOptions = makeOptions;
  }

  /** Local monotonic time; starts at 1000 with each daemon. */
  localNowMs(): number {
    const { atMs, localMs } = this.clockSet;
    return localMs + (this.surroundings.queue.nowMs - atMs) * this.clockRate;
  }

  /** From now on the local clock runs at another rate. It never jumps. */
  setClockRate(rate: number): void {
    this.clockSet = { atMs: this.surroundings.queue.nowMs, localMs: this.localNowMs() };
    this.clockRate = rate;
    this.timerAtMs = Number.POSITIVE_INFINITY;
    this.armTimer();
  }

  wallMs(): number {
    return 1_900_000_000_000 + this.surroundings.queue.nowMs + this.wallOffsetMs;
  }

  startDaemon(): void {
    if (this.node || !this.powered) return;
    this.life++;
    this.version++;
    this.seen = nothingSeen();
    this.clockSet = { atMs: this.surroundings.queue.nowMs, localMs: 1000 };
    this.paused = false;
    this.waiting = [];
    this.writes = new WriteQueue(this.disk, this.surroundings.random);
    this.writing = false;
    this.timerAtMs = Number.POSITIVE_INFINITY;
    this.node = new ClusterNode(this.makeOptions(this));
    const stored = this.disk.load();
    this.input((nowMs) => ({ kind: 'start', nowMs, wallMs: this.wallMs(), stored }));
  }

  /** kill -9 of the daemon, or the end it chose itself. Services go on. */
  endDaemon(reason: string, clean: boolean): void {
    if (!this.node) return;
    this.surroundings.daemonEnds(this);
    this.writes.crash();
    this.node = null;
    this.life++;
    this.version++;
    this.surroundings.services.daemonDied();
    this.surroundings.daemonEnded(this, reason, clean);
  }

  switchOn(): void {
    if (this.powered) return;
    this.powered = true;
    this.boots++;
  }

  powerOff(reason: string): void {
    if (!this.powered) return;
    this.endDaemon(reason, false);
    this.surroundings.services.powerLost();
    this.powered = false;
  }

  /** An empty disk with a new identity file; the daemon is down. */
  replaceDisk(): void {
    this.endDaemon('killed', false);
    this.disk.wipe();
    this.peerId = `peer-${this.name}-${Number(this.peerId.split('-').at(-1)) + 1}`;
  }

  /** Length of a pause so short ago that what waited meanwhile may pass for new. */
  heldMs(): number {
    const { endMs, lengthMs } = this.lastPause;
    return this.surroundings.queue.nowMs - endMs < 60_000 ? lengthMs : 0;
  }

  pause(): void {
    if (!this.paused) this.pausedAtMs = this.surroundings.queue.nowMs;
    this.paused = true;
    this.version++;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.version++;
    const { nowMs } = this.surroundings.queue;
    const before = this.heldMs();
    this.lastPause = { endMs: nowMs, lengthMs: Math.max(before, nowMs - this.pausedAtMs) };
    const waiting = this.waiting;
    this.waiting = [];
    for (const make of waiting) this.input(make);
    this.armTimer();
  }

  /** Gives the daemon an input; while it is paused, inputs wait as in a socket buffer. */
  input(make: (nowMs: number) => NodeInput): void {
    if (!this.node) return;
    if (this.paused) {
      this.waiting.push(make);
      return;
    }
    this.step(make(this.localNowMs()));
  }

  /** A message from a peer. The same as `input`, for what comes a thousand times as often as anything else. */
  message(from: string, link: number, message: unknown): void {
    if (this.paused) {
      this.input((nowMs) => ({ kind: 'message', nowMs, from, link, message }));
      return;
    }
    const input = { kind: 'message', nowMs: this.localNowMs(), from, link, message } as const;
    this.surroundings.heard(this, input);
    this.run(input);
  }

  private step(input: NodeInput): void {
    if (!this.node) return;
    if (input.kind === 'message') this.surroundings.heard(this, input);
    else this.surroundings.fed(input.kind, input.nowMs);
    this.run(input);
  }

  private run(input: NodeInput): void {
    const node = this.node;
    if (!node) return;
    let outputs: readonly NodeOutput[];
    try {
      outputs = node.step(input);
    } catch (error) {
      this.failed(error);
      return;
    }
    const life = this.life;
    for (const output of outputs) {
      if (this.life !== life) return;
      this.perform(output);
    }
    if (this.life !== life) return;
    this.surroundings.stepped(this);
    this.armTimer();
  }

  /** A store that is older than what it has promised ends its daemon (rule 16); anything else is a finding. */
  private failed(error: unknown): void {
    if (error instanceof HoldfastError && error.code === 'STORE_OUTDATED') {
      this.endDaemon(error.message, false);
      return;
    }
    this.surroundings.coreFailed(this, error);
    this.endDaemon('assertion', false);
  }

  private perform(output: NodeOutput): void {
    switch (output.kind) {
      case 'persist':
        this.persist(output.token, output.batch);
        return;
      case 'runAgent': {
        const life = this.life;
        this.surroundings.services.run(output.run, (result) => {
          if (life !== this.life) return;
          this.input((nowMs) => ({ kind: 'agentResult', nowMs, wallMs: this.wallMs(), result }));
        });
        return;
      }
      case 'cancelAgent':
        this.surroundings.services.cancel(output.runId);
        return;
      case 'exit':
        this.endDaemon(output.reason, output.clean);
        return;
      default:
        this.surroundings.carryOut(this, output);
    }
  }

  private persist(token: number, batch: readonly StoreOperation[]): void {
    for (const operation of batch)
      if (operation.op === 'append') this.surroundings.persisted(this, operation.entries);
    this.writes.add(batch, () => {
      this.surroundings.synced(this, batch);
      this.input((nowMs) => ({ kind: 'persisted', nowMs, token }));
    });
    if (!this.writing) this.scheduleWrite();
  }

  private scheduleWrite(): void {
    this.writing = true;
    const life = this.life;
    const { queue, random } = this.surroundings;
    queue.after(0.05 + random.exponential(this.diskDelayMs), () => {
      if (life !== this.life) return;
      if (this.diskFull) {
        // Rule 3: the store reports the error, and the process ends.
        this.endDaemon('a write failed', false);
        return;
      }
      let done: readonly (() => void)[];
      try {
        done = this.writes.sync();
      } catch (error) {
        this.surroundings.coreFailed(this, error);
        return;
      }
      for (const tell of done) {
        if (life !== this.life) return;
        tell();
      }
      if (life !== this.life) return;
      this.writing = false;
      if (!this.writes.isEmpty) this.scheduleWrite();
    });
  }

  private armTimer(): void {
    const node = this.node;
    if (!node || this.paused) return;
    const localMs = node.nextDeadlineMs();
    if (!Number.isFinite(localMs)) return;
    const atMs = this.clockSet.atMs + (localMs - this.clockSet.localMs) / this.clockRate + 0.01;
    const { queue } = this.surroundings;
    // One timer is enough when it fires no later than needed.
    if (this.timerAtMs > queue.nowMs && this.timerAtMs <= atMs) return;
    const life = this.life;
    this.timerAtMs = Math.max(atMs, queue.nowMs);
    const firesAtMs = this.timerAtMs;
    queue.at(firesAtMs, () => {
      if (life !== this.life || this.timerAtMs !== firesAtMs) return;
      this.timerAtMs = Number.POSITIVE_INFINITY;
      if (this.paused) return;
      const nowMs = this.localNowMs();
      // As in the daemon's driver: what was due may have moved meanwhile.
      if (nowMs < node.nextDeadlineMs()) {
        this.armTimer();
        return;
      }
      this.step({ kind: 'tick', nowMs: this.localNowMs(), wallMs: this.wallMs() });
    });
  }
}

function nothingSeen(): { commitIndex: number; appliedIndex: number; leaderTerm: number } {
  return { commitIndex: -1, appliedIndex: -1, leaderTerm: -1 };
}

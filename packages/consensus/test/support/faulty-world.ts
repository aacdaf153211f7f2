import {
  Consensus,
  type ConsensusOptions,
  type Entry,
  type MembershipChange,
  type Message,
  type PersistentState,
} from '../../src/index.ts';
import { Disk } from './disk.ts';
import { SafetyChecker } from './safety-checker.ts';
import { seeded } from './seeded.ts';

interface Flight {
  readonly atMs: number;
  readonly order: number;
  readonly from: string;
  readonly to: string;
  readonly message: Message;
}

/** One machine: a disk that survives and a core that does not. */
export interface Machine {
  readonly name: string;
  readonly disk: Disk;
  core: Consensus | undefined;
  appliedIndex: number;
  diskReadyMs: number;
  restartAtMs: number;
  rate: number;
}

/** How bad the world is; each value is drawn per seed, so that seeds differ in kind (swarm). */
export interface FaultPlan {
  readonly loss: number;
  readonly duplication: number;
  readonly maxDelayMs: number;
  readonly crashPerSecond: number;
  /** Power cut: everybody at once. */
  readonly blackoutPerSecond: number;
  /** Members that suspect a healthy leader. */
  readonly suspicionPerSecond: number;
  readonly partitionPerSecond: number;
  readonly diskMaxMs: number;
  /** Part of the work that changes the member list. */
  readonly membersChange: number;
}

const options: Omit<ConsensusOptions, 'self'> = {
  electionTimeoutMinMs: 300,
  electionTimeoutMaxMs: 600,
  heartbeatIntervalMs: 60,
  maxEntriesPerMessage: 4,
  maxInflight: 3,
  snapshotRetryMs: 500,
  maxSnapshotPartChars: 4,
  promotionLagEntries: 8,
};

/**
 * Several cores over a network that loses, repeats, delays and reorders messages and is cut in any shape,
 * on disks that are slow and lose what was not finished when their machine crashes. Clocks differ in rate.
 * Everything from one seed.
 */
export class FaultyWorld {
  nowMs = 0;
  readonly machines = new Map<string, Machine>();
  readonly checker = new SafetyChecker();
  readonly draw: () => number;
  private readonly plan: FaultPlan;
  private flights: Flight[] = [];
  protected readonly cuts = new Set<string>();
  private order = 0;
  protected proposals = 0;
  leasesSeen = 0;
  protected calm = false;

  constructor(seed: number, plan: FaultPlan) {
    this.draw = seeded(seed);
    this.plan = plan;
  }

  add(name: string, state: PersistentState): void {
    const machine: Machine = {
      name,
      disk: new Disk(state),
      core: undefined,
      appliedIndex: 0,
      diskReadyMs: 0,
      restartAtMs: 0,
      rate: 0.95 + 0.1 * this.draw(),
    };
    this.machines.set(name, machine);
    this.boot(machine);
  }

  /** Faults for `durationMs`, with work going on. */
  run(durationMs: number): void {
    const endMs = this.nowMs + durationMs;
    while (this.nowMs < endMs) {
      this.nowMs += 5;
      if (!this.calm) this.breakThings();
      for (const machine of this.machines.values()) this.turn(machine);
      this.checkLeases();
      if (this.draw() < 0.15) this.work();
    }
  }

  /** Ends all faults and brings everybody back. */
  heal(): void {
    this.calm = true;
    this.cuts.clear();
    for (const machine of this.machines.values()) if (machine.core === undefined) this.boot(machine);
  }

  /** Commands applied by each running machine. */
  appliedIndexes(): number[] {
    return [...this.machines.values()].map(({ appliedIndex }) => appliedIndex);
  }

  leader(): Consensus | undefined {
    let best: Consensus | undefined;
    for (const { core } of this.machines.values()) {
      if (core?.role === 'leader' && (best === undefined || core.term > best.term)) best = core;
    }
    return best;
  }

  /** Rule 5: while one leader's lease runs, nobody else leads. Clocks differ by up to 5 % each way. */
  private checkLeases(): void {
    let holder: string | undefined;
    for (const machine of this.machines.values()) {
      if (machine.core?.role !== 'leader') continue;
      const contactMs = machine.core.quorumContactMs();
      const leaseEndMs = (contactMs ?? -Infinity) + 0.9 * (options.electionTimeoutMinMs ?? 0);
      if (this.clock(machine) >= leaseEndMs) continue;
      if (holder !== undefined) throw new Error(`rule 5: ${holder} and ${machine.name} both hold a lease`);
      holder = machine.name;
      this.leasesSeen++;
      for (const { name, core } of this.machines.values()) {
        if (core?.role === 'leader' && core.term > machine.core.term) {
          throw new Error(`rule 5: ${name} leads while the lease of ${holder} runs`);
        }
      }
    }
  }

  private diskMs(): number {
    return this.draw() * (this.calm ? Math.min(20, this.plan.diskMaxMs) : this.plan.diskMaxMs);
  }

  protected clock(machine: Machine): number {
    return this.nowMs * machine.rate;
  }

  protected chance(perSecond: number): boolean {
    return this.draw() < perSecond * 0.005;
  }

  protected pick<T>(values: readonly T[]): T {
    const value = values[Math.floor(this.draw() * values.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }

  protected breakThings(): void {
    const names = [...this.machines.keys()];
    if (this.chance(this.plan.crashPerSecond)) this.crash(this.pick([...this.machines.values()]));
    if (this.chance(this.plan.blackoutPerSecond)) {
      for (const machine of this.machines.values()) if (this.draw() < 0.9) this.crash(machine);
    }
    if (this.chance(this.plan.suspicionPerSecond)) {
      for (const machine of this.machines.values()) {
        const leader = machine.core?.leader;
        if (leader !== undefined) machine.core?.suspectLeader(leader, this.clock(machine));
      }
    }
    if (this.chance(this.plan.partitionPerSecond)) {
      this.cuts.clear();
      const shape = this.draw();
      // Any matrix, a clean split, or nothing.
      const side = new Set(names.filter(() => this.draw() < 0.5));
      for (const from of names) {
        for (const to of names) {
          if (shape < 0.3 ? this.draw() < 0.4 : shape < 0.7 && side.has(from) !== side.has(to)) {
            this.cuts.add(`${from}>${to}`);
          }
        }
      }
    }
  }

  protected crash(machine: Machine): void {
    if (machine.core === undefined) return;
    const waiting = machine.disk.pending.length;
    machine.disk.crash(Math.floor(this.draw() * (waiting + 1)));
    machine.core = undefined;
    machine.restartAtMs = this.nowMs + 20 + this.draw() * 1500;
  }

  protected boot(machine: Machine): void {
    const { name, disk } = machine;
    machine.core = new Consensus({ ...options, self: name }, disk.state, this.draw, this.clock(machine));
    machine.appliedIndex = disk.state.snapshot?.index ?? 0;
    machine.diskReadyMs = 0;
    this.checker.restarted(name, machine.appliedIndex);
  }

  private turn(machine: Machine): void {
    if (machine.core === undefined) {
      if (this.nowMs >= machine.restartAtMs) this.boot(machine);
      return;
    }
    const { core } = machine;
    if (machine.disk.pending.length > 0 && this.nowMs >= machine.diskReadyMs) {
      const token = machine.disk.finishOne();
      if (token !== undefined) core.persisted(token, this.clock(machine));
      machine.diskReadyMs = this.nowMs + this.diskMs();
    }
    const due = this.flights.filter(({ to, atMs }) => to === machine.name && atMs <= this.nowMs);
    if (due.length > 0) {
      this.flights = this.flights.filter((flight) => !due.includes(flight));
      due.sort((left, right) => left.atMs - right.atMs || left.order - right.order);
      for (const { from, message } of due) {
        if (!this.cuts.has(`${from}>${machine.name}`)) core.receive(from, message, this.clock(machine));
      }
    }
    if (core.nextDeadlineMs() <= this.clock(machine)) core.tick(this.clock(machine));
    this.carryOut(machine, core);
  }

  protected carryOut(machine: Machine, core: Consensus): void {
    const outputs = core.takeOutputs();
    if (core.role === 'leader') this.checker.leads(machine.name, core.term, core);
    for (const { to, message } of outputs.messages) this.send(machine.name, to, message);
    if (outputs.persist !== undefined) {
      if (machine.disk.pending.length === 0) {
        machine.diskReadyMs = this.nowMs + this.diskMs();
      }
      machine.disk.submit(outputs.persist);
    }
    if (outputs.install !== undefined) {
      machine.appliedIndex = outputs.install.index;
      this.checker.installed(machine.name, outputs.install);
    }
    for (const entry of outputs.committed) {
      machine.appliedIndex = entry.index;
      this.checker.committed(machine.name, entry);
      this.applied(machine, entry);
    }
    for (const read of outputs.reads) this.checker.readAnswered(read);
  }

  /** For worlds in which commands mean something. */
  protected applied(_machine: Machine, _entry: Entry): void {}

  private send(from: string, to: string, message: Message): void {
    const copies = this.draw() < this.plan.duplication ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (!this.calm && this.draw() < this.plan.loss) continue;
      const delayMs = 1 + this.draw() ** 3 * (this.calm ? 5 : this.plan.maxDelayMs);
      this.flights.push({ atMs: this.nowMs + delayMs, order: this.order++, from, to, message });
    }
  }

  protected work(): void {
    const machine = this.pick([...this.machines.values()]);
    const { core } = machine;
    if (core === undefined) return;
    const nowMs = this.clock(machine);
    const what = this.draw();
    if (core.role !== 'leader') {
      return;
    }
    if (this.draw() < this.plan.membersChange) {
      const types: MembershipChange['type'][] = [
        'add-learner',
        'remove-learner',
        'promote',
        'promote',
        'demote',
      ];
      const type = this.pick(types);
      core.proposeMembershipChange({ type, member: this.pick([...this.machines.keys()]) }, nowMs);
    } else if (what < 0.6) {
      const group = Array.from({ length: 1 + Math.floor(this.draw() * 6) }, () => ({
        payload: this.proposals++,
        bytes: 10,
      }));
      core.propose(group, nowMs);
    } else if (what < 0.8) {
      const token = this.checker.readAsked();
      if (!core.requestRead(token, nowMs).ok) this.checker.readAnswered({ token, index: undefined });
    } else if (what < 0.85) {
      core.transferLeadership(this.pick([...this.machines.keys()]), nowMs);
    } else if (what < 0.92 && machine.appliedIndex > 0) {
      core.compact(machine.appliedIndex, this.checker.stateAt(machine.appliedIndex), 5);
    }
    this.carryOut(machine, core);
  }
}

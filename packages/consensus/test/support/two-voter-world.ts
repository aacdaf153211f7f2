import type { Consensus, Entry } from '../../src/index.ts';
import { type FaultPlan, FaultyWorld, type Machine } from './faulty-world.ts';

/** What a member knows in one of its lives. */
interface Life {
  incarnation: number;
  /** Newest committed incarnation of each member, as applied here. */
  readonly joined: Map<string, number>;
}

interface FenceOrder {
  readonly by: string;
  readonly byIncarnation: number;
  readonly target: string;
  /** What the orderer knew of the target. */
  readonly targetIncarnation: number;
  readonly atMs: number;
  readonly confirms: boolean;
}

/** A condition of rule 9 that is left out, to see that the checkers notice. */
export type LeftOut = 'nothing' | 'authority' | 'incarnation';

/**
 * Two voters that fence each other over power switches whose orders and confirmations may be lost or late,
 * and then go on alone under rule 9. Each life is acknowledged through the log ("joins") before it has
 * authority (rule 6).
 */
export class TwoVoterWorld extends FaultyWorld {
  soleStarts = 0;
  private readonly leftOut: LeftOut;
  private readonly lives = new Map<string, Life>();
  private orders: FenceOrder[] = [];

  constructor(seed: number, plan: FaultPlan, leftOut: LeftOut) {
    super(seed, plan);
    this.leftOut = leftOut;
  }

  protected override boot(machine: Machine): void {
    super.boot(machine);
    // The fields of a subclass do not exist while the base class is constructed; members are added after
    // that.
    const life = this.lives.get(machine.name) ?? { incarnation: 0, joined: new Map<string, number>() };
    this.lives.set(machine.name, life);
    life.incarnation++;
    life.joined.clear();
  }

  protected override applied(machine: Machine, { kind, payload }: Entry): void {
    if (kind !== 'command' || typeof payload !== 'object') return;
    const { name, incarnation } = payload as { name: string; incarnation: number };
    this.life(machine.name).joined.set(name, incarnation);
  }

  private life(name: string): Life {
    const life = this.lives.get(name);
    if (life === undefined) throw new Error(`no member ${name}`);
    return life;
  }

  private hasAuthority(name: string): boolean {
    const life = this.life(name);
    return this.leftOut === 'authority' || life.joined.get(name) === life.incarnation;
  }

  protected override breakThings(): void {
    super.breakThings();
    for (const machine of this.machines.values()) {
      const { core, name } = machine;
      if (core === undefined || core.leader !== undefined || !this.chance(0.7) || !this.hasAuthority(name))
        continue;
      const target = name === 'a' ? 'b' : 'a';
      this.orders.push({
        by: name,
        byIncarnation: this.life(name).incarnation,
        target,
        targetIncarnation: this.life(name).joined.get(target) ?? 0,
        atMs: this.nowMs + this.draw() * 1500,
        confirms: false,
      });
    }
    const due = this.orders.filter(({ atMs }) => atMs <= this.nowMs);
    this.orders = this.orders.filter(({ atMs }) => atMs > this.nowMs);
    for (const order of due) if (this.draw() < 0.9) this.carryOutOrder(order);
  }

  private carryOutOrder(order: FenceOrder): void {
    const target = this.machines.get(order.target);
    const by = this.machines.get(order.by);
    if (target === undefined || by === undefined) return;
    if (!order.confirms) {
      this.crash(target);
      this.orders.push({ ...order, confirms: true, atMs: this.nowMs + this.draw() * 2000 });
    } else if (by.core !== undefined && this.life(order.by).incarnation === order.byIncarnation) {
      this.goOnAlone(by, by.core, order);
    }
  }

  private goOnAlone(machine: Machine, core: Consensus, order: FenceOrder): void {
    const { incarnation, joined } = this.life(machine.name);
    if (core.leader !== undefined || !this.hasAuthority(machine.name)) return;
    const known = joined.get(order.target) ?? 0;
    if (this.leftOut !== 'incarnation' && order.targetIncarnation < known) return;
    const result = core.commitSoleVoter(
      {
        incarnation,
        authority: { incarnation, membersIndex: core.committedMembers.index, peerIncarnation: known },
        proof: {
          target: order.target,
          targetIncarnation: Math.max(known, order.targetIncarnation),
          method: 'reset',
          device: 'switch',
          confirmedAt: '',
        },
      },
      this.clock(machine),
    );
    if (result.ok) this.soleStarts++;
    this.carryOut(machine, core);
  }

  protected override work(): void {
    const machine = this.pick([...this.machines.values()]);
    const { core } = machine;
    if (core?.role !== 'leader' || !core.hasCommittedOwnTerm) return;
    const nowMs = this.clock(machine);
    if (this.draw() < 0.5) core.propose([{ payload: this.proposals++, bytes: 10 }], nowMs);
    else this.admit(machine, core);
    this.carryOut(machine, core);
  }

  /** The leader acknowledges lives that it can reach, and then gives them their vote back. */
  private admit(machine: Machine, core: Consensus): void {
    const { joined } = this.life(machine.name);
    for (const { name, core: other } of this.machines.values()) {
      const cut = this.cuts.has(`${machine.name}>${name}`) || this.cuts.has(`${name}>${machine.name}`);
      if (other === undefined || cut) continue;
      const { incarnation } = this.life(name);
      if (joined.get(name) !== incarnation) {
        core.propose([{ payload: { name, incarnation }, bytes: 30 }], this.clock(machine));
      } else if (name !== machine.name) {
        core.proposeMembershipChange({ type: 'promote', member: name }, this.clock(machine));
      }
    }
  }
}

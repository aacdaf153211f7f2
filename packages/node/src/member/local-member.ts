import type { GraphAction } from '@holdfast/model';
import type { AgentResult, FenceResult } from '@holdfast/ports';
import type { Barrier, Command, FenceCommand, LeaseGrant, RecordsOrder } from '@holdfast/protocol';
import { AuthorityLease } from '../authority/authority-lease.ts';
import { leaseBaseMs } from '../authority/lease-desk.ts';
import type { NodeContext } from '../node-context.ts';
import { holdingSubject } from '../replicated/configuration-facts.ts';
import type { MemberRecord } from '../replicated/member-record.ts';
import { FenceExecutor } from './fence-executor.ts';
import type { MemberFacts } from './member-facts.ts';
import type { MemberMemory } from './member-memory.ts';
import { OperationDesk } from './operation-desk.ts';
import { mustNotRunTwice, QuorumLoss } from './quorum-loss.ts';
import { Reporter } from './reporter.ts';
import type { RunIds } from './run-ids.ts';
import { WatchdogKeeper } from './watchdog-keeper.ts';

/** What a member has beside the node around it. */
export interface LocalMemberParts {
  readonly runIds: RunIds;
  readonly memory: MemberMemory;
  /** First life on this boot of the machine; 0: not known. */
  readonly bootSince: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/** The member role of a node: obeys the leader, reports to it, and looks after itself without one. */
export class LocalMember implements MemberFacts {
  readonly desk: OperationDesk;
  readonly lease: AuthorityLease;
  private readonly context: NodeContext;
  private readonly reporter: Reporter;
  private readonly quorumLoss: QuorumLoss;
  private readonly fences: FenceExecutor;
  private readonly memory: MemberMemory;
  private readonly keeper: WatchdogKeeper;
  private readonly bootSince: number;
  /** Instances that may come here by a live migration, with the log index since which they may. */
  private expected: ReadonlyMap<string, number> = new Map();
  /** Since when, by the log, `unsafe-recovery` asks of this member what it does; as far as that was told. */
  private unsafeSince = 0;
  private helloAtMs = 0;
  private leaveAtMs = NEVER;
  private leaveDemotes = true;
  /** Received commands to be acknowledged in this step, by leader, term and transition. */
  private received: { to: string; term: number; transition: number; actions: number[] }[] = [];

  constructor(context: NodeContext, parts: LocalMemberParts) {
    const { runIds, memory, bootSince } = parts;
    this.context = context;
    this.memory = memory;
    this.bootSince = bootSince;
    this.lease = new AuthorityLease(context.timing.leaseMs);
    this.desk = new OperationDesk(this, { outbox: context.outbox, runIds, memory });
    this.reporter = new Reporter(this.desk, context.timing.repeatMs);
    this.quorumLoss = new QuorumLoss(context, this.desk, this.lease);
    const leaseHolds = () => this.lease.holds(context.nowMs);
    this.fences = new FenceExecutor(context, runIds, leaseHolds);
    this.keeper = new WatchdogKeeper(context, {
      record: () => this.record,
      admitted: () => this.admitted,
      leaseHolds,
      hostsExclusive: () => this.hostsExclusive(),
      selfFence: () => this.quorumLoss.selfFence,
    });
  }

  get name(): string {
    return this.context.options.name;
  }

  get incarnation(): number {
    return this.context.incarnation;
  }

  get appliedIndex(): number {
    return this.context.replica.appliedIndex;
  }

  get startFailureIsFatal(): boolean {
    return this.context.replica.facts.flag('start-failure-is-fatal', true);
  }

  notGranted(action: GraphAction): string | null {
    const { facts, state } = this.context.replica;
    const { operation, attributes } = action;
    const own = action.resource?.id ?? '';
    const role = operation === 'promote' ? facts.promotedRole(own) : undefined;
    const instance = role ?? own;
    if (role === undefined && !facts.isExclusive(own)) return null;
    const place = operation === 'migrate_to' ? (attributes.CRM_meta_migrate_target ?? this.name) : this.name;
    const granted = (state.holders.get(instance) ?? []).some(
      ({ node, incarnation }) => node === place && (place !== this.name || incarnation === this.incarnation),
    );
    return granted ? null : `by the log ${place} may not have it`;
  }

  mayHold(resource: string): boolean {
    for (const [instance, holders] of this.context.replica.state.holders) {
      if (holdingSubject(instance).resource !== resource) continue;
      if (holders.some((each) => each.node === this.name && each.incarnation >= this.bootSince)) return true;
    }
    return false;
  }

  /** This member's record, once the log has it. */
  get record(): MemberRecord | undefined {
    return this.context.replica.state.members.get(this.context.options.name);
  }

  /** Rule 6: a leader has acknowledged this very life. */
  get admitted(): boolean {
    const { record } = this;
    return record?.status === 'admitted' && record.incarnation === this.context.incarnation;
  }

  /** Why no new start may be executed now, or null (rules 5 and 6). */
  startsRefused(nowMs: number): string | null {
    if (!this.admitted) return 'this life of the member is not acknowledged';
    if (!this.record?.probed) return 'probes of this life are not recorded';
    return this.lease.holds(nowMs) ? null : 'this member has lost its authority';
  }

  /** Returns whether the lease is longer now. */
  grant(grant: LeaseGrant): boolean {
    // Late on its way, or from a leader that has not heard of this life yet: its times are those of another clock.
    return grant.incarnation === this.context.incarnation && this.lease.extend(leaseBaseMs(grant));
  }

  command(from: string, command: Command): void {
    this.desk.intake.accept(command, this.context.nowMs);
    const { term, transition } = command.token;
    const known = this.received.find((each) => each.to === from && each.transition === transition);
    if (known) known.actions.push(command.action.id);
    else this.received.push({ to: from, term, transition, actions: [command.action.id] });
  }

  barrier({ term, transition }: Barrier): void {
    this.desk.intake.guard.raise(term, transition);
    this.desk.changes.forced = true;
  }

  records(order: RecordsOrder): void {
    if (order.term < this.context.replica.consensus.term) return;
    const resource = order.resource ?? undefined;
    if (order.order === 'cleanup') this.desk.slots.cleanupByOperator(resource, order.operation ?? undefined);
    else if (order.order === 'reprobe') this.desk.slots.forget(resource);
    else if (order.name !== null) this.desk.attributes.set(order.name, order.value);
    if (order.order !== 'attribute') this.desk.changes.unsolicited = true;
  }

  acknowledged(term: number, sequence: number): void {
    this.reporter.acknowledged(term, sequence);
  }

  fence(from: string, command: FenceCommand): void {
    this.fences.accept(from, command);
  }

  agentResult(result: AgentResult): void {
    this.desk.result(result, this.context.nowMs, this.context.wallMs);
  }

  fenceResult(result: FenceResult): void {
    if (this.fences.result(result)) return;
    this.desk.deviceResult(result, this.context.nowMs, this.context.wallMs);
  }

  watchdog(armedTimeoutMs: number | null): void {
    this.keeper.answered(armedTimeoutMs);
  }

  /** Wants to leave from now on; repeated to every leader until released. */
  leave(demote: boolean): void {
    this.leaveAtMs = this.context.nowMs;
    this.leaveDemotes = demote;
  }

  advance(): void {
    const { nowMs, wallMs, replica, outbox, incarnation } = this.context;
    const { leader, term } = replica.consensus;
    this.expectArrivals();
    this.followUnsafeTerms();
    this.quorumLoss.advance();
    this.desk.advance(nowMs, wallMs);
    // A stop on this member's own account may have become possible by what just ended.
    this.quorumLoss.advance();
    this.desk.endMigrations((resource, target) => this.mayGet(resource, target));
    for (const { to, ...each } of this.received) outbox.send(to, { kind: 'received', ...each });
    if (this.received.length > 0) this.received = [];
    this.keeper.advance();
    this.remember();
    if (leader === undefined) return;
    if (!this.admitted) {
      this.sayHello(leader);
      return;
    }
    if (this.keeper.mustTell) this.sayHello(leader);
    this.reporter.serve(leader, term);
    const { bootSince } = this;
    const basis = {
      incarnation,
      bootSince,
      appliedIndex: replica.appliedIndex,
      stateHash: replica.state.hash,
    };
    const report = this.reporter.take(nowMs, basis);
    if (report) outbox.send(leader, report);
    if (nowMs >= this.leaveAtMs) {
      this.leaveAtMs = nowMs + this.context.timing.repeatMs;
      outbox.send(leader, { kind: 'leave', incarnation, demote: this.leaveDemotes });
    }
  }

  nextDeadlineMs(): number {
    const hasLeader = this.context.replica.consensus.leader !== undefined;
    return Math.min(
      this.desk.nextDeadlineMs(),
      this.memory.nextDeadlineMs(),
      this.quorumLoss.nextDeadlineMs(),
      this.keeper.nextDeadlineMs(),
      hasLeader && (!this.admitted || this.keeper.mustTell) ? this.helloAtMs : NEVER,
      hasLeader && this.admitted ? Math.min(this.reporter.nextDeadlineMs(), this.leaveAtMs) : NEVER,
    );
  }

  /** Keeps what a later life on this boot of the machine may know, and forgets what a fencing has ended. */
  private remember(): void {
    const { nowMs, replica, options } = this.context;
    const proof = replica.state.proofs.get(options.name);
    const { writtenBy } = this.memory;
    const fenced = proof !== undefined && writtenBy > 0 && proof.targetIncarnation >= writtenBy;
    if (fenced && proof.targetIncarnation < this.context.incarnation) this.forgetPast();
    this.memory.advance(nowMs, this.desk);
  }

  /** This member leaves: what happened here is of no use to whoever comes back. */
  left(): void {
    this.keeper.letGo();
    this.forgetPast();
    this.memory.write(this.desk);
  }

  private forgetPast(): void {
    this.memory.forgetAll();
    this.desk.attributes.clear();
  }

  /**
   * Rule 15: what a source sends off may be here before this member is told to do anything, also what was on its way to
   * an earlier life. The leader waits for this member's word before it has anything sent.
   */
  private expectArrivals(): void {
    const { state } = this.context.replica;
    if (state.arriving.size === 0 && this.expected.size === 0) return;
    const expected = new Map<string, number>();
    for (const instance of state.arriving) {
      for (const { node, incarnation, arriving, since = 0 } of state.holders.get(instance) ?? []) {
        if (!arriving || node !== this.name || incarnation > this.incarnation) continue;
        expected.set(instance, Math.max(since, expected.get(instance) ?? 0));
      }
    }
    for (const [instance, since] of expected) {
      if (this.expected.get(instance) !== since) this.desk.changes.forced = true;
    }
    this.expected = expected;
    this.desk.slots.expected = expected;
  }

  /** The leader waits for everybody's word that they know, and hears it by how far they have followed the log. */
  private followUnsafeTerms(): void {
    const { unsafeSince, unsafeKnown } = this.context.replica.state;
    if (unsafeKnown || this.unsafeSince === unsafeSince) return;
    this.unsafeSince = unsafeSince;
    this.desk.changes.forced = true;
  }

  /**
   * S2 of the source of a live migration: by the log, the target may hold what is sent to it. Of one that is lost the
   * log still says so until a proof, which may come long after a reset: what arrives then is there on the next boot.
   */
  private mayGet(instance: string, target: string): boolean {
    const { state, facts } = this.context.replica;
    if (!facts.isExclusive(instance)) return true;
    if (state.members.get(target)?.status === 'lost') return false;
    return (state.holders.get(instance) ?? []).some(({ node }) => node === target);
  }

  private hostsExclusive(): boolean {
    const { facts } = this.context.replica;
    // What may still arrive here cannot be stopped for good.
    if (this.expected.size > 0) return true;
    return this.desk.slots.activeResources().some((id) => mustNotRunTwice(facts, this.desk, id));
  }

  private sayHello(leader: string): void {
    const { nowMs, timing, outbox, incarnation } = this.context;
    if (nowMs < this.helloAtMs) return;
    this.helloAtMs = nowMs + timing.repeatMs;
    outbox.send(leader, {
      kind: 'hello',
      incarnation,
      life: this.context.options.lifeId,
      featureLevel: this.context.replica.featureLevel,
      ...this.keeper.said,
    });
  }
}

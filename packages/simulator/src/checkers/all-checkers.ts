import type { ReplicatedCommand } from '@holdfast/node';
import type { AgentRun, StoredEntry, StoreOperation } from '@holdfast/ports';
import type { ClusterDesign } from '../workload/cluster-design.ts';
import type { SimulatedHost } from '../world/host.ts';
import { Beliefs } from './beliefs.ts';
import type { Finding, Report } from './finding.ts';
import { Removals } from './removals.ts';
import { ExclusiveChecker } from './s1-exclusive.ts';
import { FenceBeforeRecoverChecker } from './s2-fence-before-recover.ts';
import { AcknowledgedWritesChecker } from './s3-acknowledged-survives.ts';
import { StatusLabelChecker } from './s4-status-label.ts';
import { LogChecker } from './s5-log.ts';
import { ObedienceChecker } from './s6-obedience.ts';
import { OneLeaderChecker } from './s6-one-leader.ts';
import { OrderChecker } from './s7-order.ts';
import { QuorumChecker } from './s8-quorum.ts';
import { LosingSideChecker } from './s8-stops.ts';
import { ZeroAuthorityChecker } from './s9-zero-authority.ts';
import { ProofChecker } from './s10-proof.ts';

/** Longest time after the loss of quorum in which a start may still be executed: the lease, with 5 % clock error. */
const LEASE_GRACE_MS = 1100;

/** Operations after whose success a resource is active. */
const FINDS_ACTIVE: ReadonlySet<string> = new Set(['monitor', 'start', 'migrate_from']);

/** All checkers of one world, fed by it, and what they found. */
export class Checkers {
  readonly findings: Finding[] = [];
  readonly exclusive: ExclusiveChecker;
  readonly recovery: FenceBeforeRecoverChecker;
  readonly writes: AcknowledgedWritesChecker;
  readonly log: LogChecker;
  readonly leaders: OneLeaderChecker;
  readonly order: OrderChecker;
  readonly quorum: QuorumChecker;
  readonly authority: ZeroAuthorityChecker;
  readonly losing: LosingSideChecker;
  readonly obedience: ObedienceChecker;
  readonly proofs: ProofChecker;
  readonly removals = new Removals();
  readonly labels: StatusLabelChecker;
  private readonly beliefs = new Beliefs();
  private readonly lastActiveMs = new Map<string, number>();
  private readonly now: () => number;
  private readonly design: ClusterDesign;

  constructor(options: {
    design: ClusterDesign;
    now: () => number;
    livingIncarnation: (host: string) => number | undefined;
  }) {
    this.now = options.now;
    this.design = options.design;
    const report: Report = (checker, message) => {
      this.findings.push({ checker, atMs: this.now(), message });
    };
    this.exclusive = new ExclusiveChecker(report);
    this.recovery = new FenceBeforeRecoverChecker(report);
    this.writes = new AcknowledgedWritesChecker(report);
    this.log = new LogChecker(report, (entry) => this.committed(entry));
    this.leaders = new OneLeaderChecker(report);
    this.labels = new StatusLabelChecker(report);
    this.order = new OrderChecker({
      dependencies: options.design.dependencies,
      isActive: (resource) => this.exclusive.hostsOf(resource).length > 0,
      report,
    });
    this.quorum = new QuorumChecker({ graceMs: LEASE_GRACE_MS, report });
    this.authority = new ZeroAuthorityChecker(report);
    this.losing = new LosingSideChecker(report);
    this.obedience = new ObedienceChecker(report);
    this.proofs = new ProofChecker({ livingIncarnation: options.livingIncarnation, report });
  }

  /** Something outside of the numbered invariants went wrong: the core threw, or the end state is not as designed. */
  report(checker: string, message: string): void {
    this.findings.push({ checker, atMs: this.now(), message });
  }

  expect(holds: boolean, checker: string, message: string): void {
    if (!holds) this.report(checker, message);
  }

  started(host: string, resource: string): void {
    this.exclusive.started(host, resource, this.now());
    this.lastActiveMs.set(resource, this.now());
  }

  stopped(host: string, resource: string): void {
    this.exclusive.stopped(host, resource);
    this.lastActiveMs.set(resource, this.now());
  }

  /** An honest answer found a copy that an agent had said was stopped. */
  found(host: string, resource: string): void {
    this.exclusive.found(host, resource, this.now());
    this.lastActiveMs.set(resource, this.now());
  }

  /** An operator wants a host in maintenance, or not any more. */
  maintenance(host: string, on: boolean): void {
    this.beliefs.maintenance(host, on, this.now());
  }

  /** What agents said here does not count any more. */
  answersVoid(host: string): void {
    this.beliefs.endAll(host, this.now());
  }

  commanded(host: SimulatedHost, run: AgentRun): void {
    const arrives = run.operation === 'migrate_from';
    if ((run.operation !== 'start' && !arrives) || !this.design.exclusive.includes(run.resource)) return;
    // What this very step committed counts: its outputs are carried out before it is looked at as a whole.
    this.stepped(host);
    const now = this.now();
    // Unsafe recovery is recovery without evidence; there only S1 itself can hold, within its time bounds.
    if (this.design.shape !== 'unsafe') this.recovery.startCommanded(host.name, host.life, run.resource);
    // In a live migration the service was active all the time, and so was what it needs.
    if (!arrives) this.checkOrder(host.name, run.resource);
    this.quorum.acts(host.name, `start of ${run.resource}`, now);
    const incarnation = host.node?.inspect().incarnation ?? 0;
    this.authority.startCommanded(host.name, incarnation, run.resource);
    this.obedience.executed(host.name, host.life, run);
    this.losing.startCommanded(host.name, host.life, run.resource);
  }

  private checkOrder(host: string, resource: string): void {
    const nowMs = this.now();
    const lastMs = (id: string) => Math.max(this.lastActiveMs.get(id) ?? 0, this.beliefs.lastMs(id, nowMs));
    this.order.startCommanded(host, resource, lastMs, nowMs);
  }

  /** An agent's answer as the executor saw it: evidence that a copy is gone, or that there is one. */
  answered(host: string, run: AgentRun, rcCode: number, active: boolean): void {
    const saysActive = this.saysActive(run, rcCode);
    this.beliefs.answered(host, run.resource, { active, saysActive, nowMs: this.now() });
    const stopped = (run.operation === 'stop' || run.operation === 'migrate_to') && rcCode === 0;
    const foundStopped = run.operation === 'monitor' && rcCode === 7;
    if (stopped || foundStopped) this.recovery.foundStopped(host, run.resource);
  }

  /**
   * A probe that ends with an error says that the resource is active and has failed. It is recovered before anything
   * that needs it starts; but without fencing it is left alone while a lost member may hold it (rule 17), and what is
   * left alone counts as active for what needs it.
   */
  private saysActive({ operation, intervalMs }: AgentRun, rcCode: number): boolean {
    if (!FINDS_ACTIVE.has(operation)) return false;
    if (rcCode === 0) return true;
    return !this.design.fencing && operation === 'monitor' && intervalMs === 0 && rcCode !== 7;
  }

  /** After each step of a member's core. */
  stepped(host: SimulatedHost): void {
    const view = host.node?.inspect();
    if (!view) return;
    const { commitIndex, appliedIndex } = view;
    const seen = host.seen;
    if (commitIndex !== seen.commitIndex || appliedIndex !== seen.appliedIndex) {
      if (appliedIndex !== seen.appliedIndex) this.labels.applied(host.name, appliedIndex, this.now());
      seen.commitIndex = commitIndex;
      seen.appliedIndex = appliedIndex;
      this.log.commit(host.name, commitIndex);
      this.log.state(host.name, appliedIndex, view.stateHash);
    }
    if (view.role !== 'leader' || view.term === seen.leaderTerm) return;
    seen.leaderTerm = view.term;
    this.leaders.leads(host.name, view.term);
    this.obedience.leads(host.name, host.life);
  }

  /** A batch reached the disk of a host. */
  synced(host: string, batch: readonly StoreOperation[]): void {
    for (const operation of batch) {
      if (operation.op !== 'put' || operation.key !== 'consensus/vote') continue;
      this.log.term(host, (operation.value as { readonly term: number }).term);
    }
  }

  private committed(entry: StoredEntry): void {
    if (entry.kind !== 'command') return;
    const { commands } = entry.payload as { commands: readonly ReplicatedCommand[] };
    for (const command of commands) {
      if (command.kind === 'admit') this.authority.admit(command.node, command.incarnation);
      if (command.kind === 'proof') this.proofs.committed(command);
      if (command.kind === 'lost') this.removals.lost(command.node, this.now());
    }
  }
}

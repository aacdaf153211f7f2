import type { ReplicatedCommand } from '@holdfast/node';
import type { AgentRun, StoredEntry, StoreOperation } from '@holdfast/ports';
import type { Envelope } from '@holdfast/protocol';
import type { ClusterDesign } from '../workload/cluster-design.ts';
import { DATABASE, PROMOTED_DATABASE } from '../workload/extras.ts';
import type { SimulatedHost } from '../world/host.ts';
import { Beliefs } from './beliefs.ts';
import type { Finding, Report } from './finding.ts';
import { Removals } from './removals.ts';
import { ExclusiveChecker } from './s1-exclusive.ts';
import { FenceBeforeRecoverChecker } from './s2-fence-before-recover.ts';
import { AcknowledgedWritesChecker } from './s3-acknowledged-survives.ts';
import { StatusLabelChecker } from './s4-status-label.ts';
import { LogChecker } from './s5-log.ts';
import { type Mark, ObedienceChecker } from './s6-obedience.ts';
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
  private readonly beliefs: Beliefs;
  private readonly livingIncarnation: (host: string) => number | undefined;
  private readonly now: () => number;
  private readonly design: ClusterDesign;
  /** What may be active once only. */
  private readonly once: ReadonlySet<string>;

  constructor(options: {
    design: ClusterDesign;
    now: () => number;
    livingIncarnation: (host: string) => number | undefined;
    /** Of the machine that has the name now. */
    identityOf: (host: string) => string | undefined;
  }) {
    this.now = options.now;
    this.design = options.design;
    this.once = new Set([...options.design.exclusive, PROMOTED_DATABASE]);
    this.livingIncarnation = options.livingIncarnation;
    this.beliefs = new Beliefs({ leaveAlone: !options.design.fencing });
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
      mayBelieve: (leader, resource) => this.beliefs.mayBelieve(leader, resource),
      report,
    });
    this.quorum = new QuorumChecker({ graceMs: LEASE_GRACE_MS, report });
    this.authority = new ZeroAuthorityChecker(report);
    this.losing = new LosingSideChecker(report);
    this.obedience = new ObedienceChecker(report);
    this.proofs = new ProofChecker({
      livingIncarnation: options.livingIncarnation,
      identityOf: options.identityOf,
      runsAnything: (host) => [...this.once].some((each) => this.exclusive.hostsOf(each).includes(host)),
      report,
    });
  }

  /** Something outside of the numbered invariants went wrong: the core threw, or the end state is not as designed. */
  report(checker: string, message: string): void {
    this.findings.push({ checker, atMs: this.now(), message });
  }

  expect(holds: boolean, checker: string, message: string): void {
    if (!holds) this.report(checker, message);
  }

  started(host: string, resource: string): void {
    if (this.once.has(resource)) this.exclusive.started(host, resource, this.now());
  }

  stopped(host: string, resource: string): void {
    this.exclusive.stopped(host, resource);
  }

  /** An honest answer found a copy that an agent had said was stopped. */
  found(host: string, resource: string): void {
    this.exclusive.found(host, resource, this.now());
  }

  /** A message leaves a member. */
  sent(from: string, to: string, { parts }: Envelope): void {
    for (const part of parts) {
      if (part.kind === 'report') this.beliefs.reportSent(from, part, this.now());
      if (part.kind !== 'command' || part.action.operation !== 'start') continue;
      const resource = part.action.resource?.id ?? '';
      this.order.startOrdered(from, resource, orderName(to, resource, part.token));
    }
  }

  /** A message has reached a member. */
  delivered(host: SimulatedHost, from: string, { parts }: Envelope): void {
    for (const part of parts) {
      if (part.kind === 'report') this.beliefs.reportHeard(host.name, from, part);
      else if (part.kind === 'command' || part.kind === 'barrier') this.obedience.delivered(host, part);
    }
  }

  commanded(host: SimulatedHost, run: AgentRun): void {
    const arrives = run.operation === 'migrate_from';
    const promotes = run.operation === 'promote';
    const subject = promotes ? PROMOTED_DATABASE : run.resource;
    if ((run.operation !== 'start' && !arrives && !promotes) || !this.once.has(subject)) return;
    // What this very step committed counts: its outputs are carried out before it is looked at as a whole.
    this.stepped(host);
    const now = this.now();
    // Unsafe recovery is recovery without evidence; there only S1 itself can hold, within its time bounds.
    if (this.design.shape !== 'unsafe') this.recovery.startCommanded(host.name, host.life, subject);
    // In a live migration the service was active all the time, and so was what it needs.
    if (!arrives && !promotes) this.checkOrder(host, run);
    this.quorum.acts(host.name, `${run.operation} of ${run.resource}`, now);
    const incarnation = host.node?.inspect().incarnation ?? 0;
    this.authority.startCommanded(host.name, incarnation, subject);
    this.obedience.executed(host.name, host.life, run);
    this.losing.startCommanded(host.name, host.life, subject);
  }

  private checkOrder({ name, life }: SimulatedHost, run: AgentRun): void {
    const mark = this.obedience.orderOf(name, life, run);
    this.order.startCommanded(name, run.resource, mark && orderName(name, run.resource, mark));
  }

  /** An agent's answer as the executor saw it: evidence that a copy is gone, or that there is one. */
  answered(host: string, run: AgentRun, rcCode: number): void {
    const saysActive = rcCode === 0 && FINDS_ACTIVE.has(run.operation);
    const incarnation = this.livingIncarnation(host) ?? 0;
    if (run.operation !== 'meta-data')
      this.beliefs.answered(host, run.resource, { saysActive, incarnation, atMs: this.now() });
    const stopped = (run.operation === 'stop' || run.operation === 'migrate_to') && rcCode === 0;
    const foundStopped = run.operation === 'monitor' && rcCode === 7;
    if (stopped || foundStopped) this.recovery.foundStopped(host, run.resource);
    const demoted = (run.operation === 'demote' || run.operation === 'monitor') && rcCode === 0;
    if (run.resource === DATABASE && (stopped || foundStopped || demoted))
      this.recovery.foundStopped(host, PROMOTED_DATABASE);
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
      this.beliefs.committed(command);
      if (command.kind === 'admit') {
        this.authority.admit(command.node, command.incarnation);
        this.proofs.admitted(command.node, command.incarnation);
      }
      if (command.kind === 'proof') this.proofs.committed(command);
      if (command.kind === 'lost') this.removals.lost(command.node, this.now());
    }
  }
}

function orderName(host: string, resource: string, { term, transition }: Mark): string {
  return `${host} ${resource} ${term}.${transition}`;
}

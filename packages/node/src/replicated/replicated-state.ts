import {
  applyChange,
  type Configuration,
  changeFromJson,
  EMPTY_REVISIONED_CONFIGURATION,
  HoldfastError,
  type RevisionedConfiguration,
  revisionedConfigurationText,
} from '@holdfast/model';
import { assert } from '@holdfast/ports';
import type { RecoveryReport } from '@holdfast/protocol';
import type { AppliedChange, PreparedChange } from './apply-queue.ts';
import type { CommandOutcome, Holder, Holding, ReplicatedCommand } from './command.ts';
import { appliedText, commandText } from './command-text.ts';
import { ConfigurationFacts } from './configuration-facts.ts';
import {
  type AuditRecord,
  commonFeatureLevel,
  type JoinTicket,
  type MemberRecord,
  mayBeReplaced,
  type ProofRecord,
} from './member-record.ts';
import { newlyExclusive } from './newly-exclusive.ts';
import { nodeAttributeChange } from './node-attribute-change.ts';
import type { ReadSnapshot, SnapshotData } from './snapshot-data.ts';
import { StagedChanges } from './staged-changes.ts';
import { EMPTY_HASH, rollHash } from './state-hash.ts';

const MAX_AUDITS = 1000;
const OK: CommandOutcome = { ok: true, value: null };

/** The state that every member builds from the replicated log (DESIGN section 5). Equal index, equal state (S5). */
export class ReplicatedState {
  readonly members = new Map<string, MemberRecord>();
  readonly tickets = new Map<string, JoinTicket>();
  /** Exclusive instance -> lives that may hold it. No entry: nobody. */
  readonly holders = new Map<string, readonly Holder[]>();
  /** Exclusive instances of which a holder may get its copy by a live migration. */
  readonly arriving = new Set<string>();
  readonly proofs = new Map<string, ProofRecord>();
  audits: readonly AuditRecord[] = [];
  configuration: RevisionedConfiguration = EMPTY_REVISIONED_CONFIGURATION;
  /** Large changes that are not whole yet. */
  readonly staged = new StagedChanges();
  /** Log index of the last change of the configuration. */
  configIndex = 0;
  /** The whole cluster is being stopped; the voter list is frozen (rule 13). */
  stopAll = false;
  /** The last forced recovery (rule 10). */
  recovery: RecoveryReport | null = null;
  /** S14: the level the cluster works at. Never goes down. */
  featureLevel = 1;
  /** Log index since which members that are cut off have to do what they do now, where others go on without proof. */
  unsafeSince = 0;
  /** Every member has said that it knows. */
  unsafeKnown = true;
  hash = EMPTY_HASH;
  /** Raised whenever members, tickets or their addresses change. */
  memberVersion = 0;

  /** Applies one entry. The hash covers the commands and their outcomes. `prepared`: its change, if it was read before. */
  apply(index: number, commands: readonly ReplicatedCommand[], prepared?: PreparedChange): CommandOutcome[] {
    const outcomes = commands.map((command) => this.applyOne(index, command, prepared));
    const marks = outcomes.map((outcome) => (outcome.ok ? '+' : outcome.error.code)).join();
    this.hash = rollHash(this.hash, `${index}${marks}`, commandText(commands));
    appliedText(commands);
    return outcomes;
  }

  /** All of it as JSON; of a large configuration nothing is written again that was written before. */
  snapshotText(): string {
    const data: Omit<SnapshotData, 'configuration' | 'staged'> = {
      members: [...this.members.values()],
      tickets: [...this.tickets.values()],
      holders: [...this.holders],
      proofs: [...this.proofs.values()],
      audits: this.audits,
      configIndex: this.configIndex,
      stopAll: this.stopAll,
      recovery: this.recovery,
      featureLevel: this.featureLevel,
      unsafeSince: this.unsafeSince,
      unsafeKnown: this.unsafeKnown,
      hash: this.hash,
    };
    const staged = this.staged.size > 0 ? `,"staged":${this.staged.text()}` : '';
    return `${JSON.stringify(data).slice(0, -1)}${staged},"configuration":${revisionedConfigurationText(this.configuration)}}`;
  }

  /** Replaces everything. */
  restore(data: ReadSnapshot): void {
    this.members.clear();
    // What was written before these fields existed lacks them.
    for (const member of data.members)
      this.members.set(member.name, {
        ...member,
        life: member.life ?? null,
        outdated: member.outdated ?? false,
        watchdogRound: member.watchdogRound ?? 0,
      });
    this.tickets.clear();
    for (const ticket of data.tickets) this.tickets.set(ticket.peerId, ticket);
    this.holders.clear();
    for (const [instance, holders] of data.holders) this.holders.set(instance, holders);
    this.arriving.clear();
    for (const instance of this.holders.keys()) this.noteArrivals(instance);
    this.proofs.clear();
    for (const proof of data.proofs) this.proofs.set(proof.target, proof);
    this.audits = data.audits;
    this.configuration = data.configuration;
    this.staged.restore(data.staged);
    this.configIndex = data.configIndex;
    this.stopAll = data.stopAll;
    this.recovery = data.recovery ?? null;
    this.featureLevel = data.featureLevel ?? 1;
    this.unsafeSince = data.unsafeSince ?? 0;
    this.unsafeKnown = data.unsafeKnown ?? true;
    this.hash = data.hash;
    this.memberVersion++;
  }

  private applyOne(index: number, command: ReplicatedCommand, prepared: PreparedChange): CommandOutcome {
    switch (command.kind) {
      case 'configure':
        return this.configure(index, command.change, prepared);
      case 'stage':
        return this.stage(command);
      case 'configureStaged':
        return this.configureStaged(index, command, prepared);
      case 'unstage':
        if (this.staged.count(command.id) === command.parts) this.staged.drop(command.id);
        return OK;
      case 'nodeAttribute':
        return this.configureChange(
          index,
          nodeAttributeChange(this.configuration.configuration, command.node, command.name, command.value),
        );
      case 'addMember':
        return this.addMember(command);
      case 'ticket':
        return this.addTicket(command);
      case 'grant':
        for (const holding of command.holdings) this.addHolder(index, holding);
        return OK;
      case 'release':
        for (const holding of command.holdings) this.removeHolder(holding);
        return OK;
      case 'proof':
        return this.prove(command);
      case 'audit':
        this.addAudit(command.action, command.who, command.reason, command.atMs);
        return OK;
      case 'stopAll':
        this.stopAll = true;
        this.addAudit('stop-all', command.origin, '', command.atMs);
        return OK;
      case 'featureLevel':
        if (command.level > this.featureLevel && command.level <= commonFeatureLevel(this.members.values()))
          this.featureLevel = command.level;
        return OK;
      case 'unsafeKnown':
        if (command.index === this.unsafeSince) this.unsafeKnown = true;
        return OK;
      case 'outdated':
        return this.markOutdated(command);
      case 'recover':
        return this.recover(command);
      default:
        return this.changeMember(command);
    }
  }

  private changeMember(
    command: Extract<
      ReplicatedCommand,
      { kind: 'admit' | 'probed' | 'watchdog' | 'lost' | 'leaving' | 'left' }
    >,
  ): CommandOutcome {
    const member = this.members.get(command.node);
    if (!member) return refuse('NO_SUCH_OBJECT', { kind: 'member', id: command.node });
    const { incarnation } = command;
    if (command.kind === 'admit') return this.admit(member, command);
    if (incarnation !== member.incarnation) return OK;
    switch (command.kind) {
      case 'probed':
        if (member.status === 'admitted') this.update(member, { probed: true });
        return OK;
      case 'watchdog':
        this.noteWatchdog(member, command.timeoutMs, command.round ?? member.watchdogRound + 1);
        return OK;
      case 'leaving':
        if (member.status === 'admitted') this.update(member, { leaving: true, demote: command.demote });
        return OK;
      case 'lost':
        if (member.status === 'admitted')
          this.update(member, { status: 'lost', probed: false, leaving: false });
        if (command.unsafe) {
          this.releaseNode(member.name, incarnation);
          this.addAudit(
            'unsafe-recovery',
            'unsafe-recovery property',
            `member ${member.name} lost`,
            command.atMs,
          );
        }
        return OK;
      case 'left':
        // A start may have been granted there since the leader looked: who may hold something has not left (S2).
        if (this.mayHold(member.name)) return { ok: true, value: 'void' };
        this.update(member, { status: 'left', probed: false, leaving: false });
        return OK;
    }
  }

  private noteWatchdog(member: MemberRecord, watchdogMs: number | null, watchdogRound: number): void {
    if (watchdogRound > member.watchdogRound) this.update(member, { watchdogMs, watchdogRound });
  }

  private mayHold(node: string): boolean {
    for (const holders of this.holders.values()) if (holders.some((each) => each.node === node)) return true;
    return false;
  }

  /** Rule 6 and S9: a life that was proven dead is never acknowledged again, nor one older than the present. */
  private admit(
    member: MemberRecord,
    command: Extract<ReplicatedCommand, { kind: 'admit' }>,
  ): CommandOutcome {
    const { incarnation, life = null, featureLevel = 1 } = command;
    // Rule 16: neither a store that went back, nor another life with the number of the present one.
    if (incarnation < member.incarnation || member.outdated) return OK;
    if (incarnation === member.incarnation && member.life !== null && member.life !== life) return OK;
    if (featureLevel < this.featureLevel) {
      return refuse('MEMBER_TOO_OLD', { node: member.name, level: featureLevel, needed: this.featureLevel });
    }
    if (incarnation === member.incarnation && member.status !== 'lost' && member.status !== 'admitted')
      return OK;
    this.stopAll = false;
    // A life that merely was out of reach still has the watchdog it armed.
    const watchdog =
      incarnation === member.incarnation ? {} : ({ watchdogMs: null, watchdogRound: 0 } as const);
    const fresh = { incarnation, life, featureLevel, probed: false, leaving: false };
    this.update(member, { status: 'admitted', ...fresh, ...watchdog });
    return OK;
  }

  private markOutdated(command: Extract<ReplicatedCommand, { kind: 'outdated' }>): CommandOutcome {
    const { node, peerId, problem, atMs } = command;
    const member = this.members.get(node);
    if (member?.peerId !== peerId || member.outdated) return OK;
    this.update(member, { outdated: true });
    this.addAudit('outdated-store', node, problem, atMs);
    return OK;
  }

  private prove(command: Extract<ReplicatedCommand, { kind: 'proof' }>): CommandOutcome {
    const { target, targetIncarnation } = command;
    const member = this.members.get(target);
    if (!member) return refuse('NO_SUCH_OBJECT', { kind: 'member', id: target });
    // Rule 8: void when the target has joined with a newer life since.
    if (member.incarnation > targetIncarnation) return { ok: true, value: 'void' };
    // Rule 11: nor is time a proof when the log does not say that a watchdog counts it.
    if (command.method === 'watchdog' && member.watchdogMs === null) return { ok: true, value: 'void' };
    const { kind: _, ...proof } = command;
    this.proofs.set(target, proof);
    this.releaseNode(target, targetIncarnation);
    // One that left needs no end, and one that is new under this name has no life yet that could have ended.
    if (member.status !== 'left' && member.status !== 'new')
      this.update(member, { status: 'fenced', probed: false, leaving: false });
    return OK;
  }

  /**
   * Rule 10: everybody else is out, and out of reach until proven otherwise. What they hold stays theirs until a proof
   * ends it: no recovery without proof here either (S10).
   */
  private recover({ kind: _, ...decision }: Extract<ReplicatedCommand, { kind: 'recover' }>): CommandOutcome {
    const { survivor, epoch, operator, reason, atMs, lastIndex } = decision;
    const barred: string[] = [];
    for (const member of [...this.members.values()]) {
      if (member.name === survivor) continue;
      barred.push(member.name);
      if (member.status === 'admitted') {
        this.update(member, { status: 'lost', probed: false, leaving: false });
      }
    }
    this.stopAll = false;
    this.recovery = { ...decision, barred };
    const loss = `writes acknowledged after log index ${lastIndex} are lost; left behind: ${barred.join(', ')}`;
    this.addAudit(`forced-recovery of ${survivor}, epoch ${epoch}: ${loss}`, operator, reason, atMs);
    return OK;
  }

  private configure(index: number, json: unknown, prepared: PreparedChange): CommandOutcome {
    if (prepared !== undefined) return this.preparedChange(index, prepared);
    try {
      return this.configureChange(index, changeFromJson(json));
    } catch (error) {
      if (error instanceof HoldfastError) return { ok: false, error: error.toJSON() };
      throw error;
    }
  }

  private preparedChange(index: number, prepared: AppliedChange | HoldfastError): CommandOutcome {
    if (prepared instanceof HoldfastError) return { ok: false, error: prepared.toJSON() };
    assert(prepared.before === this.configuration, 'a change is applied to what it was prepared for');
    return this.configured(index, prepared.outcome);
  }

  private stage({ id, part, operations }: Extract<ReplicatedCommand, { kind: 'stage' }>): CommandOutcome {
    const parts = this.staged.add(id, part, JSON.stringify(operations));
    return typeof parts === 'number' ? { ok: true, value: { parts } } : { ok: false, error: parts.toJSON() };
  }

  /** It ends with this entry, whatever comes of it. */
  private configureStaged(
    index: number,
    command: Extract<ReplicatedCommand, { kind: 'configureStaged' }>,
    prepared: PreparedChange,
  ): CommandOutcome {
    this.staged.drop(command.id);
    assert(prepared !== undefined, 'a staged change is prepared before it is applied');
    const next = prepared instanceof HoldfastError ? prepared : prepared.outcome;
    if (!command.dryRun || next instanceof HoldfastError) return this.preparedChange(index, prepared);
    return { ok: true, value: { revision: next.counter, dryRun: true } };
  }

  private configureChange(index: number, change: Parameters<typeof applyChange>[1]): CommandOutcome {
    return this.configured(index, applyChange(this.configuration, change));
  }

  private configured(index: number, next: ReturnType<typeof applyChange>): CommandOutcome {
    if (next instanceof HoldfastError) return { ok: false, error: next.toJSON() };
    this.guardNewlyExclusive(index, next.configuration);
    this.noteUnsafeTerms(index, next.configuration);
    this.configuration = next;
    this.configIndex = index;
    return { ok: true, value: { revision: next.counter, index } };
  }

  /**
   * What has become exclusive may be active on members out of reach, to whom it never had to be granted (S2). And
   * whoever does not know of that goes on feeding its watchdog without quorum (rule 11): each has to say anew, in
   * the knowledge of this change, that its watchdog is armed.
   */
  private guardNewlyExclusive(index: number, configuration: Configuration): void {
    const instances = newlyExclusive(this.configuration.configuration, configuration);
    if (instances.length === 0) return;
    for (const member of [...this.members.values()]) {
      const { name: node, incarnation, status } = member;
      if (member.watchdogMs !== null) this.update(member, { watchdogMs: null });
      if (status !== 'lost' || member.witness) continue;
      for (const instance of instances) this.addHolder(index, { instance, node, incarnation });
    }
  }

  private noteUnsafeTerms(index: number, configuration: Configuration): void {
    const before = this.configuration.configuration;
    if (before.options === configuration.options) return;
    if (new ConfigurationFacts(before).unsafeTerms === new ConfigurationFacts(configuration).unsafeTerms)
      return;
    this.unsafeSince = index;
    this.unsafeKnown = false;
  }

  private addMember(command: Extract<ReplicatedCommand, { kind: 'addMember' }>): CommandOutcome {
    const { name, peerId, addresses, voter, witness, ticketPeerId, atMs } = command;
    const known = this.members.get(name);
    // The same machine asks again: its first answer was lost.
    if (known?.peerId === peerId) return OK;
    if (ticketPeerId !== null) {
      const ticket = this.tickets.get(ticketPeerId);
      if (!ticket) return refuse('TOKEN_INVALID', { problem: 'it was used before or never given out' });
      if (ticket.expiresAtMs < atMs) return refuse('TOKEN_EXPIRED', { expiredAt: ticket.expiresAtMs });
      if (ticket.name !== null && ticket.name !== name) {
        return refuse('TOKEN_INVALID', { problem: `it is for ${ticket.name}` });
      }
    }
    if (known && !mayBeReplaced(known)) {
      return refuse('TOKEN_INVALID', { problem: `a member named ${name} exists` });
    }
    if (ticketPeerId !== null) this.tickets.delete(ticketPeerId);
    const fresh: MemberRecord = {
      name,
      peerId,
      addresses,
      voter,
      witness,
      status: 'new',
      incarnation: known?.incarnation ?? 0,
      life: null,
      outdated: false,
      featureLevel: 1,
      probed: false,
      watchdogMs: null,
      watchdogRound: 0,
      leaving: false,
      demote: true,
    };
    this.members.set(name, fresh);
    this.memberVersion++;
    return OK;
  }

  private addTicket(command: Extract<ReplicatedCommand, { kind: 'ticket' }>): CommandOutcome {
    const { kind: _, ...ticket } = command;
    this.tickets.set(ticket.peerId, ticket);
    this.memberVersion++;
    return OK;
  }

  private addHolder(index: number, { instance, node, incarnation, arriving }: Holding): void {
    const holders = this.holders.get(instance) ?? [];
    const known = holders.find((each) => each.node === node && each.incarnation === incarnation);
    if (known && (known.arriving || !arriving)) return;
    const holder: Holder = { node, incarnation, ...(arriving ? { arriving, since: index } : {}) };
    this.holders.set(instance, [...holders.filter((each) => each !== known), holder]);
    this.noteArrivals(instance);
  }

  private noteArrivals(instance: string): void {
    if (this.holders.get(instance)?.some(({ arriving }) => arriving)) this.arriving.add(instance);
    else this.arriving.delete(instance);
  }

  private removeHolder({ instance, node, incarnation }: Holding): void {
    this.keepHolders(instance, (each) => each.node !== node || each.incarnation !== incarnation);
  }

  private releaseNode(node: string, upToIncarnation: number): void {
    for (const instance of [...this.holders.keys()]) {
      this.keepHolders(instance, (each) => each.node !== node || each.incarnation > upToIncarnation);
    }
  }

  private keepHolders(instance: string, keep: (holder: Holder) => boolean): void {
    const holders = this.holders.get(instance);
    if (!holders) return;
    const kept = holders.filter(keep);
    if (kept.length === 0) this.holders.delete(instance);
    else if (kept.length < holders.length) this.holders.set(instance, kept);
    this.noteArrivals(instance);
  }

  private update(member: MemberRecord, changes: Partial<MemberRecord>): void {
    this.members.set(member.name, { ...member, ...changes });
    this.memberVersion++;
  }

  private addAudit(action: string, who: string, reason: string, atMs: number): void {
    this.audits = [...this.audits, { action, who, reason, atMs }].slice(-MAX_AUDITS);
  }
}

function refuse(code: HoldfastError['code'], details: HoldfastError['details']): CommandOutcome {
  return { ok: false, error: new HoldfastError(code, details).toJSON() };
}

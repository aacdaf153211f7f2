import {
  bootstrapState,
  Consensus,
  type ConsensusEvent,
  type Entry,
  emptyState,
  type MembershipChange,
  type PersistBatch,
  type PersistentState,
  type ReadState,
  type Refused,
  type Snapshot,
  voter,
} from '@holdfast/consensus';
import { finish, HoldfastError } from '@holdfast/model';
import type { StoredState, StoreOperation } from '@holdfast/ports';
import type { FirstRecord } from '../first-record.ts';
import type { Outbox } from '../outbox.ts';
import { ApplyQueue, type PreparedChange } from './apply-queue.ts';
import type { CommandOutcome, ReplicatedCommand } from './command.ts';
import { commandText } from './command-text.ts';
import { ConfigurationFacts } from './configuration-facts.ts';
import { type Decided, isUnhurried, ProposalQueue } from './proposal-queue.ts';
import { ReplicatedState } from './replicated-state.ts';
import { type ReadSnapshot, readSnapshot } from './snapshot-data.ts';
import { MAX_STAGED_TOGETHER_CHARS } from './staged-changes.ts';
import { putSnapshot, readConsensus, snapshotRecords, VOTE_KEY } from './stored-consensus.ts';

/**
 * The log is replaced by a snapshot when what was applied since the last one is as large as the state, at least this
 * large, or so many entries. A start applies what came after the snapshot: this bounds it, and what snapshots cost to
 * write is never more than the log itself did.
 */
const SNAPSHOT_EVERY_BYTES = 8 * 1024;
const SNAPSHOT_EVERY = 5000;
const RETAIN_ENTRIES = 1000;
/** Hashes of past states kept for comparison with others (S5). */
const KEPT_HASHES = 512;

interface Pending {
  readonly term: number;
  readonly decided: Decided;
}

export interface ReplicaOptions {
  readonly self: string;
  readonly heartbeatMs: number;
  readonly detectionMs: number;
  readonly random: () => number;
  readonly nowMs: number;
  readonly stored: StoredState;
  readonly first: FirstRecord;
  /** The snapshot of `stored`, if it was read before. */
  readonly snapshot: ReadSnapshot | undefined;
  readonly outbox: Outbox;
  /** Newest feature level this member speaks. */
  readonly featureLevel: number;
  /** Numbers the next persist output; `done` is called once it is on disk. */
  readonly persist: (batch: readonly StoreOperation[], done: (nowMs: number) => void) => void;
}

/** This member's copy of the replicated state: consensus, its durable records, and the applied commands. */
export class Replica {
  readonly consensus: Consensus;
  readonly state = new ReplicatedState();
  appliedIndex = 0;
  /** Derived from the applied configuration. */
  facts = new ConfigurationFacts(this.state.configuration.configuration);
  private factsIndex = 0;
  private readonly options: ReplicaOptions;
  private readonly proposals = new ProposalQueue();
  private readonly pending = new Map<number, Pending>();
  private readonly reads = new Map<number, (index: number | undefined) => void>();
  private readonly committed = new ApplyQueue(this.state);
  /** Reads that are confirmed, but ask for more than is applied here. */
  private confirmed: ReadState[] = [];
  /** When the next slice of a large change is due. */
  private sliceDueMs = Number.POSITIVE_INFINITY;
  private nextRead = 1;
  private snapshotIndex = 0;
  private snapshotChars = 0;
  /** Records of the text of the stored one. */
  private snapshotRecords: number;
  /** Of the entries applied since the last snapshot. */
  private appliedBytes = 0;
  /** Term and vote as last handed to the disk. */
  private vote: { readonly term: number; readonly votedFor: string | null };
  private readonly hashes = new Map<number, string>();
  events: ConsensusEvent[] = [];

  constructor(options: ReplicaOptions) {
    this.options = options;
    const { self, heartbeatMs, detectionMs, random, nowMs } = options;
    const state = this.load();
    this.snapshotRecords = snapshotRecords(options.stored);
    this.vote = { term: state.term, votedFor: state.votedFor };
    const timeouts = {
      electionTimeoutMinMs: detectionMs,
      electionTimeoutMaxMs: 2 * detectionMs,
      // Turns are taken by LeaderSuspicion; a little chance remains for equal views of different lists.
      suspicionSpreadMs: 8,
    };
    this.consensus = new Consensus(
      { self, heartbeatIntervalMs: heartbeatMs, ...timeouts },
      state,
      random,
      nowMs,
    );
    if (state.snapshot) {
      this.restore(state.snapshot, options.snapshot ?? finish(readSnapshot(state.snapshot.data)));
    }
  }

  /** Newest feature level this member speaks. */
  get featureLevel(): number {
    return this.options.featureLevel;
  }

  get isLeader(): boolean {
    return this.consensus.role === 'leader';
  }

  /** Whether `flush` would do anything. */
  get busy(): boolean {
    return this.proposals.ready || this.consensus.hasOutputs();
  }

  /** When gathered configuration changes are proposed at the latest. */
  nextDeadlineMs(): number {
    return Math.min(this.proposals.nextDeadlineMs(), this.sliceDueMs);
  }

  /** Something is committed that the state does not show yet: whoever acts on the state has to wait. */
  get isBehind(): boolean {
    return this.committed.isBehind;
  }

  /** A slice more of a large change; with each tick, so that messages come between. */
  advance(nowMs: number): void {
    if (nowMs < this.sliceDueMs) return;
    this.committed.prepare();
    this.sliceDueMs = nowMs;
  }

  /** Puts commands into the log with one of the next flushes; they are applied together, in order. */
  propose(commands: readonly ReplicatedCommand[], decided?: Decided): void {
    this.proposals.add({ commands, decided });
  }

  proposeMembershipChange(change: MembershipChange, nowMs: number): Refused | undefined {
    const answer = this.consensus.proposeMembershipChange(change, nowMs);
    return answer.ok ? undefined : answer;
  }

  /** Calls back with the index from which on the state here is fit to read, or undefined when this leader ended. */
  read(done: (index: number | undefined) => void, nowMs: number): void {
    const token = this.nextRead++;
    const answer = this.consensus.requestRead(token, nowMs);
    if (answer.ok) this.reads.set(token, done);
    else done(undefined);
  }

  /** S5: the hash this member had at an index, if it still knows. */
  hashAt(index: number): string | undefined {
    return this.hashes.get(index);
  }

  /** Carries out what consensus wants done. Returns whether entries were applied. */
  flush(nowMs: number): boolean {
    const { proposals, consensus } = this;
    // Most messages are heartbeats, and ask for nothing here.
    if (!this.committed.isBehind && proposals.isIdle && !consensus.hasOutputs()) return false;
    const gather = () => proposals.gather(nowMs, consensus.commitIndex);
    let applied = this.applyCommitted();
    for (gather(); this.busy; gather()) {
      if (proposals.ready) this.submit(nowMs);
      const outputs = this.consensus.takeOutputs();
      for (const event of outputs.events) this.events.push(event);
      const unhurried = outputs.committed.length > 0 && outputs.committed.every(isUnhurriedEntry);
      for (const { to, message } of outputs.messages) {
        const part = { kind: 'consensus', body: message } as const;
        if (unhurried && message.type === 'commit') this.options.outbox.sendAlong(to, part);
        else this.options.outbox.send(to, part);
      }
      if (outputs.persist) this.persist(outputs.persist);
      if (outputs.install) this.committed.install(outputs.install);
      this.committed.add(outputs.committed);
      if (this.applyCommitted()) applied = true;
      this.confirmed.push(...outputs.reads);
      if (this.confirmed.length > 0) this.answerReads();
    }
    if (applied && this.confirmed.length > 0) this.answerReads();
    this.sliceDueMs = this.committed.isBehind ? nowMs : Number.POSITIVE_INFINITY;
    if (applied) this.afterApply();
    return applied;
  }

  /** Leadership ended: nobody can tell any more what becomes of what was proposed. */
  giveUpPending(): void {
    this.options.outbox.dropAlong();
    const proposals = this.proposals.take();
    this.proposals.forgetPlaced();
    const pending = [...this.pending.values()];
    this.pending.clear();
    for (const { decided } of proposals) decided?.(null);
    for (const { decided } of pending) decided(null);
  }

  private submit(nowMs: number): void {
    const proposals = this.proposals.take();
    const payloads = proposals.map(({ commands }) => ({
      payload: { commands },
      bytes: commandText(commands).length,
    }));
    const answer = this.consensus.propose(payloads, nowMs);
    proposals.forEach((proposal, at) => {
      const { decided } = proposal;
      if (!answer.ok) {
        decided?.(null);
        return;
      }
      const index = answer.firstIndex + at;
      this.proposals.placed(proposal, index);
      if (decided) this.pending.set(index, { term: answer.term, decided });
    });
  }

  private applyCommitted(): boolean {
    const installed = this.committed.takeSnapshot();
    if (installed) this.restore(installed.snapshot, installed.read);
    let applied = installed !== undefined;
    for (let next = this.committed.take(); next; next = this.committed.take()) {
      this.apply(next.entry, next.prepared);
      applied = true;
    }
    return applied;
  }

  private answerReads(): void {
    const { confirmed } = this;
    this.confirmed = confirmed.filter(({ index }) => index !== undefined && index > this.appliedIndex);
    for (const { token, index } of confirmed) {
      if (index !== undefined && index > this.appliedIndex) continue;
      this.reads.get(token as number)?.(index);
      this.reads.delete(token as number);
    }
  }

  private apply(entry: Entry, prepared: PreparedChange): void {
    this.appliedIndex = entry.index;
    this.appliedBytes += entry.bytes;
    let outcomes: readonly CommandOutcome[] = [];
    if (entry.kind === 'command') {
      const { commands } = entry.payload as { commands: readonly ReplicatedCommand[] };
      outcomes = this.state.apply(entry.index, commands, prepared);
      this.refuseNewer();
    }
    this.rememberHash();
    const pending = this.pending.get(entry.index);
    if (!pending) return;
    this.pending.delete(entry.index);
    this.refreshFacts();
    pending.decided(pending.term === entry.term ? outcomes : null);
  }

  private afterApply(): void {
    this.refreshFacts();
    // The parts of a large change would be written again with each snapshot, and are gone soon.
    if (this.state.staged.size > 0 && this.appliedBytes < MAX_STAGED_TOGETHER_CHARS) return;
    const mostBytes = Math.max(SNAPSHOT_EVERY_BYTES, this.snapshotChars);
    if (this.appliedIndex - this.snapshotIndex < SNAPSHOT_EVERY && this.appliedBytes < mostBytes) return;
    const data = this.state.snapshotText();
    this.noteSnapshot(this.appliedIndex, data);
    this.consensus.compact(this.appliedIndex, data, RETAIN_ENTRIES);
  }

  private noteSnapshot(index: number, data: string): void {
    this.snapshotIndex = index;
    this.snapshotChars = data.length;
    this.appliedBytes = 0;
  }

  private restore(snapshot: Snapshot, read: ReadSnapshot): void {
    this.state.restore(read);
    this.refuseNewer();
    this.appliedIndex = snapshot.index;
    this.noteSnapshot(snapshot.index, snapshot.data);
    this.factsIndex = -1;
    this.refreshFacts();
    this.rememberHash();
  }

  /** S14: what follows in the log may be of a kind this code cannot read. It must not guess. */
  private refuseNewer(): void {
    const { featureLevel, self } = this.options;
    const needed = this.state.featureLevel;
    if (needed > featureLevel)
      throw new HoldfastError('MEMBER_TOO_OLD', { node: self, level: featureLevel, needed });
  }

  private refreshFacts(): void {
    if (this.factsIndex === this.state.configIndex) return;
    this.factsIndex = this.state.configIndex;
    this.facts = new ConfigurationFacts(this.state.configuration.configuration, this.facts);
  }

  private rememberHash(): void {
    this.hashes.set(this.appliedIndex, this.state.hash);
    if (this.hashes.size <= KEPT_HASHES) return;
    for (const index of this.hashes.keys()) {
      this.hashes.delete(index);
      break;
    }
  }

  private load(): PersistentState {
    const { stored, first, self } = this.options;
    const known = readConsensus(stored);
    if (known) return known;
    if (first.origin !== 'founder') return emptyState();
    const fresh = bootstrapState({ voters: [voter(self)], learners: [] });
    const { term, votedFor, commitIndex } = fresh;
    const batch: StoreOperation[] = [
      { op: 'put', key: VOTE_KEY, value: { term, votedFor, commitIndex } },
      { op: 'append', entries: fresh.entries },
    ];
    this.options.persist(batch, () => undefined);
    return fresh;
  }

  private persist(batch: PersistBatch): void {
    const operations: StoreOperation[] = [];
    if (batch.snapshot) {
      const put = putSnapshot(batch.snapshot, this.snapshotRecords);
      this.snapshotRecords = put.records;
      operations.push(...put.operations);
    }
    if (batch.replacesLog) operations.push({ op: 'truncateFrom', index: 0 });
    if (batch.truncateFrom !== undefined) operations.push({ op: 'truncateFrom', index: batch.truncateFrom });
    if (batch.entries.length > 0) operations.push({ op: 'append', entries: batch.entries });
    if (batch.compactTo !== undefined) operations.push({ op: 'compactTo', index: batch.compactTo });
    if (batch.hardState || batch.mustSync) {
      const { term, votedFor } = batch.hardState ?? this.vote;
      this.vote = { term, votedFor };
      operations.push({
        op: 'put',
        key: VOTE_KEY,
        value: { term, votedFor, commitIndex: batch.commitIndex },
      });
    }
    this.options.persist(operations, (nowMs) => this.consensus.persisted(batch.token, nowMs));
  }
}

/**
 * That such an entry is committed the others learn with the next message, at the latest with the heartbeat: nobody
 * waits for it there, and under a stream of changes a message of its own would be a third of all.
 */
function isUnhurriedEntry(entry: Entry): boolean {
  if (entry.kind !== 'command') return false;
  return isUnhurried((entry.payload as { commands: readonly ReplicatedCommand[] }).commands);
}

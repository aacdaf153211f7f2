import { HoldfastError } from '@holdfast/model';
import type { StoredState, StoreOperation } from '@holdfast/ports';
import { assert } from '@holdfast/ports';
import type { StatusReport } from '@holdfast/protocol';
import { refusal } from './api/leader-api.ts';
import { FIRST_RECORD_KEY, type FirstRecord } from './first-record.ts';
import type { NodeInput, NodeInspection, NodeOptions, NodeOutput } from './io.ts';
import { BOOT_KEY, type BootRecord, bootRecord } from './lives/boot-record.ts';
import { OUTDATED_KEY } from './lives/life-check.ts';
import { LIVES_KEY, type Life, Lineage, withLife } from './lives/lineage.ts';
import { Outbox } from './outbox.ts';
import { AT_ONCE_CHARS } from './replicated/apply-queue.ts';
import { type ReadSnapshot, readSnapshot } from './replicated/snapshot-data.ts';
import { readConsensus } from './replicated/stored-consensus.ts';
import { RunningNode } from './running-node.ts';

const INCARNATION_KEY = 'incarnation';
const NEVER = Number.POSITIVE_INFINITY;
const NO_HOLDERS: NodeInspection['holders'] = new Map();
const NOTHING_REMEMBERED: NodeInspection['remembered'] = new Map();

/**
 * One whole cluster member, sans-I/O. Feed it inputs, carry out the outputs in order, and tick it no later than
 * `nextDeadlineMs()`. The same inputs give the same outputs, byte for byte.
 *
 * @throws AssertionFailure from `step` when an invariant is broken; the process must end
 * @throws HoldfastError MEMBER_TOO_OLD from `step` when the cluster works at a level this code cannot read; the same
 * @throws HoldfastError STORE_OUTDATED from `step` when the store is older than what the member has promised; the same
 */
export class ClusterNode {
  private readonly options: NodeOptions;
  private readonly outbox: Outbox;
  private readonly written = new Map<number, (nowMs: number) => void>();
  private nextToken = 1;
  private running: RunningNode | undefined;
  private incarnation = 0;
  private boot: BootRecord = { bootId: '', since: 0 };
  /** Does a slice of what has to be done before the member runs. */
  private preparing: (() => void) | undefined;
  private started = false;
  private nowMs = Number.NEGATIVE_INFINITY;
  private wallOffsetMs = 0;

  constructor(options: NodeOptions) {
    this.options = options;
    this.outbox = new Outbox(options.name, options.clusterUuid);
  }

  /** Takes one input and returns what is to be done, in order. */
  step(input: NodeInput): readonly NodeOutput[] {
    if (this.outbox.last) return [];
    this.nowMs = Math.max(this.nowMs, input.nowMs);
    // Most inputs are messages, and say nothing of the wall clock.
    if (input.kind === 'message') this.running?.handle(input, this.nowMs, this.nowMs + this.wallOffsetMs);
    else this.stepOther(input);
    return this.outbox.take();
  }

  private stepOther(input: NodeInput): void {
    if ('wallMs' in input) this.wallOffsetMs = input.wallMs - input.nowMs;
    if (input.kind === 'start') this.start(input.stored);
    else if (input.kind === 'persisted') this.persisted(input.token);
    else if (this.running) this.running.handle(input, this.nowMs, this.nowMs + this.wallOffsetMs);
    else if (input.kind === 'tick') this.preparing?.();
    else if (input.kind === 'request') this.refuse(input.requestId);
    else if (input.kind === 'shutdown') this.exit(true, 'stopped before it was up');
  }

  /** When the next tick is due, on the clock of `nowMs`; Infinity when none is needed. */
  nextDeadlineMs(): number {
    if (this.outbox.last) return NEVER;
    return this.preparing ? this.nowMs : (this.running?.nextDeadlineMs() ?? NEVER);
  }

  /** A view for checkers, metrics and tests. */
  inspect(): NodeInspection {
    if (this.running) return this.running.inspect();
    return {
      name: this.options.name,
      incarnation: this.incarnation,
      role: 'learner',
      term: 0,
      leader: null,
      commitIndex: 0,
      appliedIndex: 0,
      featureLevel: 1,
      stateHash: '',
      authority: false,
      holders: NO_HOLDERS,
      voters: [],
      votersCommitted: false,
      pledge: undefined,
      remembered: NOTHING_REMEMBERED,
    };
  }

  /** What this member would answer to a status request now. */
  status(): StatusReport | undefined {
    return this.running?.status();
  }

  private start(stored: StoredState): void {
    assert(!this.started, 'a node is started once');
    this.started = true;
    const first = stored.records.get(FIRST_RECORD_KEY) as FirstRecord | undefined;
    assert(first !== undefined, 'the store belongs to a member');
    assert(first.clusterUuid === this.options.clusterUuid, 'the store belongs to this cluster (rule 1)', {
      store: first.clusterUuid,
      options: this.options.clusterUuid,
    });
    const problem = stored.records.get(OUTDATED_KEY);
    if (typeof problem === 'string') throw this.outdated(problem);
    const before = stored.records.get(INCARNATION_KEY);
    this.incarnation = (typeof before === 'number' ? before : 0) + 1;
    this.outbox.incarnation = this.incarnation;
    this.outbox.life = this.options.lifeId;
    const lives = withLife(stored.records.get(LIVES_KEY), [this.incarnation, this.options.lifeId]);
    this.boot = bootRecord(stored.records.get(BOOT_KEY), this.options.bootId, this.incarnation);
    // Rule 3: nobody hears of this life before it is on disk.
    const batch: readonly StoreOperation[] = [
      { op: 'put', key: INCARNATION_KEY, value: this.incarnation },
      { op: 'put', key: LIVES_KEY, value: lives },
      { op: 'put', key: BOOT_KEY, value: this.boot },
    ];
    this.persist(batch, () => {
      const snapshot = readConsensus(stored)?.snapshot?.data ?? '';
      if (snapshot.length <= AT_ONCE_CHARS) this.run(stored, first, lives);
      else this.prepare(stored, first, lives, readSnapshot(snapshot));
    });
  }

  /** A large snapshot is read slice by slice, one with each tick; the member is not there before. */
  private prepare(
    stored: StoredState,
    first: FirstRecord,
    lives: readonly Life[],
    reading: Generator<void, ReadSnapshot>,
  ): void {
    this.preparing = () => {
      const { done, value } = reading.next();
      if (!done) return;
      this.preparing = undefined;
      this.run(stored, first, lives, value);
      this.running?.settle(this.nowMs, this.nowMs + this.wallOffsetMs);
    };
  }

  /** Rule 16: a lost vote. Only an empty store and a new identity help. */
  private outdated(problem: string): HoldfastError {
    return new HoldfastError('STORE_OUTDATED', { node: this.options.name, problem });
  }

  private run(
    stored: StoredState,
    first: FirstRecord,
    lives: readonly Life[],
    snapshot?: ReadSnapshot,
  ): void {
    this.running = new RunningNode({
      options: this.options,
      outbox: this.outbox,
      stored,
      first,
      snapshot,
      incarnation: this.incarnation,
      bootSince: this.boot.since,
      nowMs: this.nowMs,
      wallMs: this.nowMs + this.wallOffsetMs,
      lineage: new Lineage(lives),
      persist: (batch, done) => this.persist(batch, done),
      outdated: (problem) => {
        throw this.outdated(problem);
      },
      raiseIncarnation: (to) => {
        this.persist([{ op: 'put', key: INCARNATION_KEY, value: to }], () =>
          this.exit(false, 'another life of this name was newer; start again'),
        );
      },
    });
  }

  private persist(batch: readonly StoreOperation[], done: (nowMs: number) => void): void {
    const token = this.nextToken++;
    this.written.set(token, done);
    this.outbox.emit({ kind: 'persist', token, batch });
  }

  private persisted(token: number): void {
    const done = this.written.get(token);
    this.written.delete(token);
    done?.(this.nowMs);
    this.running?.settle(this.nowMs, this.nowMs + this.wallOffsetMs);
  }

  private refuse(requestId: number): void {
    this.outbox.emit({ kind: 'answer', requestId, response: refusal('NO_LEADER') });
  }

  private exit(clean: boolean, reason: string): void {
    this.outbox.last = { kind: 'exit', clean, reason };
  }
}

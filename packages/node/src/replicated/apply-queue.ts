import type { Entry, Snapshot } from '@holdfast/consensus';
import {
  applyChangeInSlices,
  finish,
  HoldfastError,
  OPERATIONS_PER_SLICE,
  prepareChange,
  type RevisionedConfiguration,
} from '@holdfast/model';
import type { ReplicatedCommand } from './command.ts';
import { writeInSlices } from './command-text.ts';
import { type ReadSnapshot, readSnapshot } from './snapshot-data.ts';
import type { StagedChanges } from './staged-changes.ts';

/** Snapshots up to this size are read at once: a few milliseconds. */
export const AT_ONCE_CHARS = 64 * 1024;

/** What a change makes of a configuration, or why it cannot be applied. */
export interface AppliedChange {
  readonly before: RevisionedConfiguration;
  readonly outcome: RevisionedConfiguration | HoldfastError;
}

/** A change that was read and applied in slices, or why it cannot be read; undefined: not prepared. */
export type PreparedChange = AppliedChange | HoldfastError | undefined;

/** The part of the state that changes of the configuration are about. */
export interface ChangedState {
  readonly configuration: RevisionedConfiguration;
  readonly staged: StagedChanges;
}

/**
 * Committed entries on their way into the state, in order. A large change of the configuration is read, applied to a
 * copy and written for the hash in slices, one for each step of the node, so that heartbeats and votes never wait for
 * the whole of it (DESIGN 6); everything else goes through at once. What comes behind it waits: the order of the log is
 * the order of the state, and the configuration stays what it is until then.
 */
export class ApplyQueue {
  private readonly entries: Entry[] = [];
  private preparing: Generator<void, AppliedChange> | undefined;
  private prepared: PreparedChange;
  /** A snapshot that takes the place of the state, before any entry. */
  private snapshot: Snapshot | undefined;
  private reading: Generator<void, ReadSnapshot> | undefined;
  private read: ReadSnapshot | undefined;
  private readonly state: ChangedState;

  /** @param state what the next entry meets */
  constructor(state: ChangedState) {
    this.state = state;
  }

  add(entries: readonly Entry[]): void {
    for (const entry of entries) this.entries.push(entry);
  }

  /** Something is committed here that the state does not show yet. */
  get isBehind(): boolean {
    return this.entries.length > 0 || this.snapshot !== undefined;
  }

  /** A slice more of what is being prepared. */
  prepare(): void {
    if (this.reading) {
      const { done, value } = this.reading.next();
      if (!done) return;
      this.read = value;
      this.reading = undefined;
    }
    if (!this.preparing) return;
    try {
      const { done, value } = this.preparing.next();
      if (!done) return;
      this.prepared = value;
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      this.prepared = error;
    }
    this.preparing = undefined;
  }

  /** The next entry that may be applied now. */
  take(): { readonly entry: Entry; readonly prepared: PreparedChange } | undefined {
    const entry = this.entries[0];
    if (entry === undefined || this.preparing || this.snapshot) return undefined;
    const { prepared } = this;
    if (prepared === undefined && isLarge(entry)) {
      this.preparing = prepare(commandsOf(entry), this.state);
      return undefined;
    }
    this.entries.shift();
    this.prepared = undefined;
    return { entry, prepared };
  }

  /** A snapshot takes the place of all of it, once it is read. */
  install(snapshot: Snapshot): void {
    this.entries.length = 0;
    this.preparing = undefined;
    this.prepared = undefined;
    this.snapshot = snapshot;
    this.reading = readSnapshot(snapshot.data);
    this.read = undefined;
    // Of a small one the slices would cost more than the work.
    if (snapshot.data.length > AT_ONCE_CHARS) return;
    this.read = finish(this.reading);
    this.reading = undefined;
  }

  /** The snapshot that may take the place of the state now. */
  takeSnapshot(): { readonly snapshot: Snapshot; readonly read: ReadSnapshot } | undefined {
    const { snapshot, read } = this;
    if (!snapshot || !read) return undefined;
    this.snapshot = undefined;
    this.read = undefined;
    return { snapshot, read };
  }
}

function* prepare(
  commands: readonly ReplicatedCommand[],
  { configuration: before, staged }: ChangedState,
): Generator<void, AppliedChange> {
  const whole = stagedOf(commands);
  const change = yield* prepareChange(whole ? yield* staged.read(whole.id, whole.parts) : changeOf(commands));
  yield;
  const outcome = yield* applyChangeInSlices(before, change);
  yield;
  yield* writeInSlices(commands);
  return { before, outcome };
}

function isLarge(entry: Entry): boolean {
  if (entry.kind !== 'command') return false;
  if (stagedOf(commandsOf(entry))) return true;
  const change = changeOf(commandsOf(entry)) as { readonly operations?: unknown } | null | undefined;
  return Array.isArray(change?.operations) && change.operations.length > OPERATIONS_PER_SLICE;
}

function commandsOf(entry: Entry): readonly ReplicatedCommand[] {
  return (entry.payload as { readonly commands: readonly ReplicatedCommand[] }).commands;
}

/** The staged change that an entry is about. */
function stagedOf(
  commands: readonly ReplicatedCommand[],
): Extract<ReplicatedCommand, { kind: 'configureStaged' }> | undefined {
  const only = commands[0];
  return commands.length === 1 && only?.kind === 'configureStaged' ? only : undefined;
}

/** The change of an entry that changes the configuration and nothing else. */
function changeOf(commands: readonly ReplicatedCommand[]): unknown {
  const only = commands[0];
  return commands.length === 1 && only?.kind === 'configure' ? only.change : undefined;
}

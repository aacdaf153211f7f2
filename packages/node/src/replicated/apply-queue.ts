import type { Entry } from '@holdfast/consensus';
import {
  type ConfigurationChange,
  HoldfastError,
  OPERATIONS_PER_SLICE,
  prepareChange,
} from '@holdfast/model';
import type { ReplicatedCommand } from './command.ts';

/** A change as `prepareChange` read it, or why it cannot be read; undefined: not prepared. */
export type PreparedChange = ConfigurationChange | HoldfastError | undefined;

/**
 * Committed entries on their way into the state, in order. A large change of the configuration is read in slices, one
 * for each step of the node, so that heartbeats and votes never wait for the whole of it (DESIGN 6); everything else
 * goes through at once. What comes behind it waits: the order of the log is the order of the state.
 */
export class ApplyQueue {
  private readonly entries: Entry[] = [];
  private preparing: Generator<void, ConfigurationChange> | undefined;
  private prepared: PreparedChange;

  add(entries: readonly Entry[]): void {
    for (const entry of entries) this.entries.push(entry);
  }

  /** Something is committed here that the state does not show yet. */
  get isBehind(): boolean {
    return this.entries.length > 0;
  }

  /** A slice more of what is being read. */
  prepare(): void {
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
    if (entry === undefined || this.preparing) return undefined;
    const { prepared } = this;
    if (prepared === undefined && isLarge(entry)) {
      this.preparing = prepareChange(changeOf(entry));
      return undefined;
    }
    this.entries.shift();
    this.prepared = undefined;
    return { entry, prepared };
  }

  /** A snapshot takes the place of all of it. */
  clear(): void {
    this.entries.length = 0;
    this.preparing = undefined;
    this.prepared = undefined;
  }
}

function isLarge(entry: Entry): boolean {
  const operations = (changeOf(entry) as { readonly operations?: unknown } | null | undefined)?.operations;
  return Array.isArray(operations) && operations.length > OPERATIONS_PER_SLICE;
}

/** The change of an entry that changes the configuration and nothing else. */
function changeOf(entry: Entry): unknown {
  if (entry.kind !== 'command') return undefined;
  const { commands } = entry.payload as { readonly commands: readonly ReplicatedCommand[] };
  const [only] = commands;
  return commands.length === 1 && only?.kind === 'configure' ? only.change : undefined;
}

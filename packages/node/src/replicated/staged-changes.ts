import { HoldfastError, LIMITS } from '@holdfast/model';

/** A change says more than what it makes of the configuration: revisions expected, positions. Characters. */
export const MAX_STAGED_CHARS = LIMITS.configurationBytes + 8 * 1024 * 1024;
/** All changes under way together: two of the largest. Characters. */
export const MAX_STAGED_TOGETHER_CHARS = 2 * MAX_STAGED_CHARS;
/** Changes under way together. */
export const MAX_STAGED = 16;

interface StagedChange {
  /** JSON of a list of operations each, in order. */
  readonly parts: string[];
  chars: number;
}

/**
 * Changes of the configuration that are too large for one log entry. Their parts are entries of their own, kept here
 * until an entry says that the change is whole: then it is applied like every change, in its place in the log. So
 * neither a frame, nor a write to the disk, nor a piece of work is ever as large as the change. Part of the replicated
 * state, and bounded: what is refused here is refused on every member.
 */
export class StagedChanges {
  private readonly changes = new Map<string, StagedChange>();
  private chars = 0;

  get size(): number {
    return this.changes.size;
  }

  /** Parts of a change that are there. */
  count(id: string): number {
    return this.changes.get(id)?.parts.length ?? 0;
  }

  /** The changes under way, with the number of parts each has. */
  *progress(): Generator<readonly [id: string, parts: number]> {
    for (const [id, { parts }] of this.changes) yield [id, parts.length];
  }

  /**
   * Takes the next part. One that is there already is no error: its sender did not get the answer.
   *
   * @returns the number of parts that are there now, or why the part is refused; then the whole change is forgotten
   */
  add(id: string, part: number, text: string): number | HoldfastError {
    const known = this.changes.get(id);
    const next = this.count(id);
    if (part < next) return next;
    const refused = this.refusal(id, part, text, known);
    if (refused) {
      this.drop(id);
      return refused;
    }
    const change = known ?? { parts: [], chars: 0 };
    change.parts.push(text);
    change.chars += text.length;
    this.chars += text.length;
    this.changes.set(id, change);
    return change.parts.length;
  }

  /**
   * The JSON of a whole change, read part by part.
   *
   * @throws HoldfastError STAGED_INCOMPLETE when there are not as many parts
   */
  *read(id: string, parts: number): Generator<void, { readonly operations: readonly unknown[] }> {
    const known = this.changes.get(id);
    if (known?.parts.length !== parts) throw incomplete(id, this.count(id), parts);
    const operations: unknown[] = [];
    for (const text of known.parts) {
      for (const operation of JSON.parse(text) as readonly unknown[]) operations.push(operation);
      yield;
    }
    return { operations };
  }

  drop(id: string): void {
    this.chars -= this.changes.get(id)?.chars ?? 0;
    this.changes.delete(id);
  }

  /** All of it as JSON. */
  text(): string {
    const changes = [...this.changes].map(([id, { parts }]) => `[${JSON.stringify(id)},[${parts.join()}]]`);
    return `[${changes.join()}]`;
  }

  /** Replaces everything by what `text` gave, read; undefined: nothing. */
  restore(json: unknown): void {
    this.changes.clear();
    this.chars = 0;
    for (const [id, parts] of (json ?? []) as readonly (readonly [string, readonly unknown[]])[]) {
      for (const [at, part] of parts.entries()) this.add(id, at, JSON.stringify(part));
    }
  }

  private refusal(
    id: string,
    part: number,
    text: string,
    known: StagedChange | undefined,
  ): HoldfastError | undefined {
    if (part > this.count(id)) return incomplete(id, this.count(id), part);
    const chars = (known?.chars ?? 0) + text.length;
    if (chars > MAX_STAGED_CHARS)
      return new HoldfastError('CONFIG_TOO_LARGE', { size: chars, limit: MAX_STAGED_CHARS });
    if (this.chars + text.length > MAX_STAGED_TOGETHER_CHARS || (!known && this.changes.size >= MAX_STAGED))
      return new HoldfastError('STAGE_FULL', { count: this.changes.size, chars: this.chars });
    return undefined;
  }
}

function incomplete(id: string, present: number, wanted: number): HoldfastError {
  return new HoldfastError('STAGED_INCOMPLETE', { id, present, wanted });
}

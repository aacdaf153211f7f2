import { finish } from './slices.ts';

/** Entries copied in one slice: some milliseconds of work. */
const ENTRIES_PER_SLICE = 10_000;

/**
 * An immutable map made for many entries and few changes at a time. A changed map shares the big base table with the
 * map it came from and holds its own differences in a small table beside it; when that grows beyond the square root
 * of the base, both are merged. A change of one entry among n thus costs about the square root of n.
 */
export class OverlayMap<K, V> {
  readonly #base: ReadonlyMap<K, V>;
  /** Differences to the base; undefined stands for a removed entry. */
  readonly #overlay: ReadonlyMap<K, V | undefined>;
  readonly size: number;

  private constructor(base: ReadonlyMap<K, V>, overlay: ReadonlyMap<K, V | undefined>, size: number) {
    this.#base = base;
    this.#overlay = overlay;
    this.size = size;
  }

  /** A map with the given entries; a later entry of the same key wins. */
  static from<K, V>(entries: Iterable<readonly [K, V]>): OverlayMap<K, V> {
    const base = new Map(entries);
    return new OverlayMap(base, new Map(), base.size);
  }

  get(key: K): V | undefined {
    return this.#overlay.has(key) ? this.#overlay.get(key) : this.#base.get(key);
  }

  has(key: K): boolean {
    return this.get(key) !== undefined;
  }

  /** A map in which the given keys have new values; `undefined` removes a key. */
  with(changes: ReadonlyMap<K, V | undefined>): OverlayMap<K, V> {
    return finish(this.withInSlices(changes));
  }

  /** The same in slices, the last of which returns. */
  *withInSlices(changes: ReadonlyMap<K, V | undefined>): Generator<void, OverlayMap<K, V>> {
    if (changes.size === 0) return this;
    const overlay = new Map(this.#overlay);
    let size = this.size;
    let steps = 0;
    for (const [key, value] of changes) {
      if (++steps % ENTRIES_PER_SLICE === 0) yield;
      size += (value === undefined ? 0 : 1) - (this.has(key) ? 1 : 0);
      overlay.set(key, value);
    }
    if (overlay.size * overlay.size <= Math.max(1024, this.#base.size))
      return new OverlayMap(this.#base, overlay, size);
    const base = new Map<K, V>();
    for (const [key, value] of this.#base) {
      if (++steps % ENTRIES_PER_SLICE === 0) yield;
      base.set(key, value);
    }
    for (const [key, value] of overlay) {
      if (++steps % ENTRIES_PER_SLICE === 0) yield;
      if (value === undefined) base.delete(key);
      else base.set(key, value);
    }
    return new OverlayMap(base, new Map(), size);
  }

  /** Entries in no meaningful, but for the same history always the same, order. */
  *entries(): IterableIterator<[K, V]> {
    for (const [key, value] of this.#base) if (!this.#overlay.has(key)) yield [key, value];
    for (const [key, value] of this.#overlay) if (value !== undefined) yield [key, value];
  }
}

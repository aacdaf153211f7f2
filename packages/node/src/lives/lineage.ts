/** A life of a member: its number and its random name. */
export type Life = readonly [incarnation: number, life: string];

/** Key of the record with the lives of this store, oldest first. */
export const LIVES_KEY = 'lives';
/** Lives that a store remembers of itself. Whoever remembers only an older one cannot tell whether it had that. */
const KEPT_LIVES = 1000;

/** The lives that one store has had, the present one included. A store that was restored lacks those after its copy. */
export class Lineage {
  private readonly lives: ReadonlyMap<number, string>;
  private readonly oldest: number;
  private readonly newest: number;

  constructor(lives: readonly Life[]) {
    this.lives = new Map(lives);
    this.oldest = lives[0]?.[0] ?? 0;
    this.newest = lives.at(-1)?.[0] ?? 0;
  }

  /** Why a life that others have seen is not one of this store's; undefined when it is, or is too old to tell. */
  lacks(incarnation: number, life: string): string | undefined {
    if (incarnation > this.newest)
      return `others have seen life ${incarnation} of this member, its store knows of ${this.newest}`;
    if (incarnation < this.oldest || this.lives.get(incarnation) === life) return undefined;
    return `others have seen another life ${incarnation} of this member than its store had`;
  }
}

/** The record for a store that begins one more life. */
export function withLife(stored: unknown, life: Life): readonly Life[] {
  const before = Array.isArray(stored) ? (stored as readonly Life[]) : [];
  return [...before, life].slice(-KEPT_LIVES);
}

import type { EntityKey } from '../change/entity.ts';

/** One thing wrong, or worth knowing, about a configuration. */
export interface Finding {
  /** An `error` keeps a change from being applied; a `warning` is only told. */
  readonly level: 'error' | 'warning';
  /** The top-level object it is about. */
  readonly entity: EntityKey;
  /** The id of the innermost object it is about, for people. */
  readonly id: string;
  /** What is wrong, as part of a sentence. */
  readonly problem: string;
}

/** Receives findings about one entity. */
export type Report = (level: Finding['level'], id: string, problem: string) => void;

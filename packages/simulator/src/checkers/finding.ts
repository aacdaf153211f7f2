/** A checker fired: an invariant of the design does not hold in this world. */
export interface Finding {
  /** Name of the invariant, e.g. `S1-exclusive`. */
  readonly checker: string;
  readonly atMs: number;
  readonly message: string;
}

export type Report = (checker: string, message: string) => void;

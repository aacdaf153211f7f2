/** A statement in pieces: what stands on the first line, and the parts that each get a line of their own. */
export interface PrintedStatement {
  readonly head: string;
  readonly parts: readonly string[];
}

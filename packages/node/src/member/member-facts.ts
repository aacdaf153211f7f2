/** What the desk asks of the member around it. */
export interface MemberFacts {
  readonly name: string;
  readonly incarnation: number;
  readonly appliedIndex: number;
  /** Rules 5 and 6: may this member execute new starts now? Null, or why not. */
  startsRefused(nowMs: number): string | null;
  /** `start-failure-is-fatal`. */
  readonly startFailureIsFatal: boolean;
}

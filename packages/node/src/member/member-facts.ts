import type { GraphAction } from '@holdfast/model';

/** What the desk asks of the member around it. */
export interface MemberFacts {
  readonly name: string;
  readonly incarnation: number;
  readonly appliedIndex: number;
  /** Rules 5 and 6: may this member execute new starts now? Null, or why not. */
  startsRefused(nowMs: number): string | null;
  /** S2: why this start has no grant in the log any more, or null. */
  notGranted(action: GraphAction): string | null;
  /** Whether by the log any life on this boot of the machine may have this resource active. */
  mayHold(resource: string): boolean;
  /** `start-failure-is-fatal`. */
  readonly startFailureIsFatal: boolean;
}

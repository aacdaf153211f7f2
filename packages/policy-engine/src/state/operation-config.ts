import type { OperationDefinition } from '@holdfast/model';

/** An operation as configured for one resource (`op`), with its interval read. */
export interface OperationConfig {
  readonly id: string;
  readonly name: string;
  readonly intervalMs: number;
  readonly enabled: boolean;
  /** As written: timeout, role, on-fail, start-delay, ...; blocks with rules not yet applied. */
  readonly definition: OperationDefinition;
}

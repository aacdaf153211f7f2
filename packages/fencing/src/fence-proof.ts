/** How a target was put out of action. */
export type ProofMethod = 'off' | 'reset' | 'fabric' | 'watchdog' | 'operator';

/**
 * A statement that one incarnation of a member has ended (rule 8). It counts once committed, and is void when the
 * target has joined with a newer incarnation.
 */
export interface FenceProof {
  readonly target: string;
  readonly targetIncarnation: number;
  readonly method: ProofMethod;
  /** Device id(s), or the operator's name. */
  readonly device: string;
  /** Epoch milliseconds; for people. */
  readonly atMs: number;
}

/** Rule 9: only a power switch or a virtual machine's reset breaks a tie; rules 11 and 18 exclude the rest. */
export function breaksTie(method: ProofMethod): method is 'off' | 'reset' {
  return method === 'off' || method === 'reset';
}

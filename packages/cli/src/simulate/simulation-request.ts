import type { InjectedEvents } from '@holdfast/policy-engine';

/** Everything one call of the simulator is asked for. */
export interface SimulationRequest {
  readonly input:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'live' };
  /** Show what is decided. */
  readonly run: boolean;
  /** Also play the decisions back. */
  readonly simulate: boolean;
  readonly quiet: boolean;
  readonly scores: boolean;
  /** Effective time as text. */
  readonly now?: string | undefined;
  readonly events: InjectedEvents;
  /** Operations that fail during playback: `RSC_TASK_INTERVALMS@NODE=RC`. */
  readonly failures: readonly string[];
  readonly save: {
    readonly dot?: string | undefined;
    readonly svg?: string | undefined;
    readonly graph?: string | undefined;
    /** The CIB after the injected events. */
    readonly input?: string | undefined;
    /** The CIB after playback. */
    readonly output?: string | undefined;
  };
}

import type { InjectedEvents } from '@holdfast/policy-engine';

/** Everything one call of the simulator is asked for. */
export interface SimulationRequest {
  readonly input: { readonly kind: 'file'; readonly path: string } | { readonly kind: 'live' };
  /** Show what is decided. */
  readonly run: boolean;
  /** Also play the decisions back. */
  readonly simulate: boolean;
  readonly quiet: boolean;
  readonly scores: boolean;
  /** Capacities of nodes and what resources take of them. @default false */
  readonly utilization?: boolean;
  /** Attributes of the nodes. @default false */
  readonly attributes?: boolean;
  /** Fail counts and failed operations. @default false */
  readonly failCounts?: boolean;
  /** Headings and bullets also beside scores. */
  readonly fancy?: boolean;
  /** Draw what is not part of the graph too. @default false */
  readonly allActions?: boolean;
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

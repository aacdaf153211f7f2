import type { Parameters, ParameterValues } from './parameter.ts';

/** What an action of a fence agent may know. */
export interface FenceContext<P extends Parameters> {
  readonly parameters: ParameterValues<P>;
  readonly log: (message: string) => void;
}

/** A fence agent. Actions throw AgentError when they fail; a returned `off` is proof that the target is off. */
export interface FenceAgent<P extends Parameters = Parameters> {
  readonly name: string;
  readonly shortText: string;
  readonly longText: string;
  readonly parameters: P;
  /** Switches the target off and returns only when that is certain. */
  readonly off: (context: FenceContext<P>, target: string) => Promise<void>;
  /** Switches it on; with this the agent can also reboot. */
  readonly on?: (context: FenceContext<P>, target: string) => Promise<void>;
  readonly status: (context: FenceContext<P>, target: string) => Promise<'on' | 'off'>;
  /** Checks that the device itself answers. */
  readonly monitor: (context: FenceContext<P>) => Promise<void>;
  /** Names of all targets. */
  readonly list?: (context: FenceContext<P>) => Promise<readonly string[]>;
}

/** Defines a fence agent; the types of its parameters follow from their definitions. */
export function defineFenceAgent<const P extends Parameters>(agent: FenceAgent<P>): FenceAgent<P> {
  return agent;
}

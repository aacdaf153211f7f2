import type { AgentContext } from './agent-context.ts';
import type { Parameters } from './parameter.ts';

/** What a monitor finds. A resource that is neither in order nor cleanly stopped is a thrown AgentError. */
export type AgentState = 'running' | 'stopped' | 'promoted';

/** Times that the author advises, in milliseconds. */
export interface ActionTimes {
  readonly timeoutMs: number;
  /** Recurring monitors only. */
  readonly intervalMs?: number;
}

type Handler<P extends Parameters> = (context: AgentContext<P>) => Promise<void>;

/** A resource agent. */
export interface Agent<P extends Parameters = Parameters> {
  /** Name in the configuration, the TYPE of `ocf:PROVIDER:TYPE`. */
  readonly name: string;
  readonly version: string;
  readonly shortText: string;
  readonly longText: string;
  readonly parameters: P;
  /** Advised times by action. @default 20 s, monitors every 10 s */
  readonly times?: Readonly<Record<string, ActionTimes>>;
  /** Checks parameters and host. Runs before start and for validate-all. @throws AgentError */
  readonly validate?: Handler<P>;
  /** Finds the state of the resource on this host, and changes nothing. @throws AgentError when it has failed */
  readonly monitor: (context: AgentContext<P>) => Promise<AgentState>;
  /** Brings the resource up and returns when it serves. Only called while it is stopped. */
  readonly start: Handler<P>;
  /** Brings it down, by force if it must be. Only called while it is not stopped. */
  readonly stop: Handler<P>;
  /** Only called while it runs unpromoted. */
  readonly promote?: Handler<P>;
  /** Only called while it is promoted or has failed. */
  readonly demote?: Handler<P>;
  readonly notify?: Handler<P>;
  readonly migrateTo?: Handler<P>;
  readonly migrateFrom?: Handler<P>;
  /** Takes over changed reloadable parameters. */
  readonly reload?: Handler<P>;
}

/** Defines a resource agent; the types of its parameters follow from their definitions. */
export function defineAgent<const P extends Parameters>(agent: Agent<P>): Agent<P> {
  return agent;
}

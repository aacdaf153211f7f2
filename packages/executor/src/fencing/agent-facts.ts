import type { AgentMetadata } from '@holdfast/model';

/** What a fence agent's metadata tells that running it depends on. */
export interface FenceAgentFacts {
  /** Names of the arguments for the target; empty: the agent takes none. */
  readonly targetArguments: readonly string[];
  /** It can list the targets that it can act on. */
  readonly lists: boolean;
}

/** `port`, else `plug`, and `nodename` beside it where the agent takes it (Pacemaker's pcmk_host_argument default). */
export function factsOf({ parameters, actions }: AgentMetadata): FenceAgentFacts {
  const names = new Set(parameters.map(({ name }) => name));
  const main = names.has('port') ? ['port'] : names.has('plug') ? ['plug'] : [];
  return {
    targetArguments: names.has('nodename') ? [...main, 'nodename'] : main,
    lists: actions.some(({ name }) => name === 'list'),
  };
}

/** Whether the answer to `list` names a target: one a line, its number or name first, further names after commas. */
export function listsTarget(output: string, target: string): boolean {
  return output.split(/[\s,;]+/).includes(target);
}

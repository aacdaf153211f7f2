import type { ActionGraph, ClusterInformation } from '@holdfast/model';
import { type ExecuteOptions, executeAction } from './execute-action.ts';
import { StatusEditor } from './status-editor.ts';

export interface PlaybackResult {
  /** What was done, in order, as printed (without bullets). */
  readonly lines: readonly string[];
  /** The information with all results written into its status. */
  readonly information: ClusterInformation;
  /** `incomplete`: actions are left that can never run; `failed`: an action failed. */
  readonly outcome: 'complete' | 'failed' | 'incomplete';
}

/**
 * Plays a graph back: walks the synapses in their order and executes each whose inputs are all done, until a
 * walk finds none. An action done early in a walk releases later ones in the same walk. After a failed action
 * nothing that waits for it runs.
 */
export function playGraph(
  graph: ActionGraph,
  information: ClusterInformation,
  options: ExecuteOptions,
): PlaybackResult {
  const editor = new StatusEditor(information);
  const names = information.status.nodes.flatMap(({ resources }) => resources.map(({ id }) => id));
  const context = { ...options, historyNames: new Set(names) };
  const lines: string[] = [];
  const done = new Set<number>();
  const failedActions = new Set<number>();
  let waiting = [...graph.synapses];
  for (let progress = true; progress; ) {
    progress = false;
    const blocked: typeof waiting = [];
    for (const synapse of waiting) {
      if (!synapse.inputs.every((id) => done.has(id))) {
        blocked.push(synapse);
        continue;
      }
      const { text, failed } = executeAction(synapse.action, editor, context);
      lines.push(text);
      progress = true;
      (failed ? failedActions : done).add(synapse.action.id);
    }
    waiting = blocked;
  }
  const outcome = failedActions.size > 0 ? 'failed' : waiting.length > 0 ? 'incomplete' : 'complete';
  return { lines, information: editor.result(), outcome };
}

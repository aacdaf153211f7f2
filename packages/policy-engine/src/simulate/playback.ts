import { type ActionGraph, type ClusterInformation, INFINITY_SCORE } from '@holdfast/model';
import { type ExecutedAction, type ExecuteOptions, executeAction, formatExecuted } from './execute-action.ts';
import { StatusEditor } from './status-editor.ts';

export interface PlaybackResult {
  /** What was done, in order. */
  readonly executed: readonly ExecutedAction[];
  /** The same as printed (without bullets). */
  readonly lines: readonly string[];
  /** The information with all results written into its status. */
  readonly information: ClusterInformation;
  /** `incomplete`: actions are left that can never run; `failed`: an action failed. */
  readonly outcome: 'complete' | 'failed' | 'incomplete';
}

/**
 * Plays a graph back: walks the synapses in their order and executes each whose inputs are all done, until a
 * walk finds none. An action done early in a walk releases later ones in the same walk. After an action that is
 * made to fail the transition ends, as a cluster's would: only what must survive an abort still runs.
 */
export function playGraph(
  graph: ActionGraph,
  information: ClusterInformation,
  options: ExecuteOptions,
): PlaybackResult {
  const editor = new StatusEditor(information);
  const names = information.status.nodes.flatMap(({ resources }) => resources.map(({ id }) => id));
  const context = { ...options, historyNames: new Set(names) };
  const executed: ExecutedAction[] = [];
  const done = new Set<number>();
  let failed = false;
  let waiting = [...graph.synapses];
  for (let progress = true; progress; ) {
    progress = false;
    const blocked: typeof waiting = [];
    for (const synapse of waiting) {
      const aborted = failed && (synapse.priority ?? 0) < INFINITY_SCORE;
      if (aborted || !synapse.inputs.every((id) => done.has(id))) {
        blocked.push(synapse);
        continue;
      }
      const action = executeAction(synapse.action, editor, context);
      executed.push(action);
      progress = true;
      failed ||= action.failed;
      done.add(synapse.action.id);
    }
    waiting = blocked;
  }
  const outcome = failed ? 'failed' : waiting.length > 0 ? 'incomplete' : 'complete';
  return { executed, lines: executed.map(formatExecuted), information: editor.result(), outcome };
}

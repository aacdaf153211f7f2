import { evaluateBlocks } from '../rules/evaluate-blocks.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import { findOperation, operationMeta } from './operation-meta.ts';

/** Fills in what executors need to know of the actions that may be executed: meta attributes, parameters. */
export function completeActions(state: ClusterState): void {
  for (const action of state.actions) {
    const { flags } = action;
    if ((flags & ActionFlag.optional) !== 0 && (flags & ActionFlag.alwaysInGraph) === 0) continue;
    if (action.resource !== undefined) complete(state, action);
  }
}

function complete(state: ClusterState, action: Action): void {
  const { resource, node, intervalMs } = action;
  if (resource === undefined) return;
  const task = action.cancelTask ?? action.task;
  const config = action.config ?? findOperation(resource, task, intervalMs, action.cancelTask !== undefined);
  const meta = operationMeta(state, resource, { node, task, intervalMs, config });
  if (action.hasMeta) {
    for (const [name, value] of meta) if (!action.meta.has(name)) action.meta.set(name, value);
  } else action.shareMeta(meta);
  if (config === undefined || config.definition.params.length === 0) return;
  const { references, baseRule } = state.context;
  const rule = node === undefined ? baseRule : { ...baseRule, nodeAttributes: node.attributes };
  evaluateBlocks(config.definition.params, rule, { references, into: action.extra });
}

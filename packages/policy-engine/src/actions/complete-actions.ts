import { evaluateBlocks } from '../rules/evaluate-blocks.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { findOperation, operationMeta } from './operation-meta.ts';

/** Fills in what executors need to know of the actions that may be executed: meta attributes, parameters. */
export function completeActions(state: ClusterState): void {
  for (const action of state.actions) {
    const { flags } = action;
    if ((flags & ActionFlag.optional) !== 0 && (flags & ActionFlag.alwaysInGraph) === 0) continue;
    if (action.resource !== undefined) complete(state, action);
  }
}

/** The action's own values before those of the operation. Actions that share both share the result. */
function withOwn(
  resource: ResourceInstance,
  meta: ReadonlyMap<string, string>,
  own: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const { joinedMeta } = resource;
  if (joinedMeta?.meta === meta && joinedMeta.own === own) return joinedMeta.joined;
  const joined = new Map(own);
  for (const [name, value] of meta) if (!joined.has(name)) joined.set(name, value);
  resource.joinedMeta = { meta, own, joined };
  return joined;
}

function complete(state: ClusterState, action: Action): void {
  const { resource, node, intervalMs } = action;
  if (resource === undefined) return;
  const task = action.cancelTask ?? action.task;
  const config = action.config ?? findOperation(resource, task, intervalMs, action.cancelTask !== undefined);
  const meta = operationMeta(state, resource, { node, task, intervalMs, config });
  action.shareMeta(action.hasMeta ? withOwn(resource, meta, action.metaNow) : meta);
  if (config === undefined || config.definition.params.length === 0) return;
  const { references, baseRule } = state.context;
  const rule = node === undefined ? baseRule : { ...baseRule, nodeAttributes: node.attributes };
  evaluateBlocks(config.definition.params, rule, { references, into: action.extra });
}

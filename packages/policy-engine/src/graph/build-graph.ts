import type { ActionGraph, GraphAction, GraphActionKind, Synapse } from '@holdfast/model';
import {
  type Action,
  ActionFlag,
  type ClusterState,
  type Relation,
  type ResourceInstance,
} from '../state/index.ts';
import { scoreOr } from '../unpack/option-values.ts';
import { actionAttributes, type ParameterReader, showsNode } from './action-attributes.ts';
import { downedNodes } from './downed-nodes.ts';
import { belongsInGraph } from './include-action.ts';
import { belongsAsInput } from './include-input.ts';
import { routerNode } from './router-node.ts';

/**
 * Turns the actions of a computation into a graph. Synapses come resource by resource, a parent's own before
 * its children's, within a resource the newest first, then the actions without a resource; inputs by id.
 */
export function buildGraph(state: ClusterState, parametersOf: ParameterReader): ActionGraph {
  const inGraph = memoize(belongsInGraph, state.actionId);
  const synapses: Synapse[] = [];
  const add = (actions: readonly Action[]): void => {
    for (let i = actions.length - 1; i >= 0; i--) {
      const action = actions[i] as Action;
      if (inGraph(action)) synapses.push(makeSynapse(synapses.length, action, state, inGraph, parametersOf));
    }
  };
  const addResource = (resource: ResourceInstance): void => {
    add(resource.actions);
    resource.children.forEach(addResource);
  };
  state.resources.forEach(addResource);
  add(state.actions.filter(({ resource }) => resource === undefined));
  return { header: graphHeader(state), synapses };
}

function memoize(test: (action: Action) => boolean, count: number): (action: Action) => boolean {
  const known = new Uint8Array(count);
  return (action) => {
    if (known[action.id] === 0) known[action.id] = test(action) ? 1 : 2;
    return known[action.id] === 1;
  };
}

function graphHeader(state: ClusterState): Record<string, string> {
  const { options, recheckBySeconds } = state;
  const fencingTimeout = options.raw.get('fencing-timeout') ?? options.raw.get('stonith-timeout') ?? '60s';
  return {
    'cluster-delay': options.clusterDelay,
    'fencing-timeout': fencingTimeout,
    'failed-stop-offset': 'INFINITY',
    'failed-start-offset': options.startFailureIsFatal ? 'INFINITY' : '1',
    'batch-limit': options.batchLimit,
    transition_id: '1',
    ...(options.migrationLimit === undefined || options.migrationLimit <= 0
      ? {}
      : { 'migration-limit': String(options.migrationLimit) }),
    ...(recheckBySeconds > 0 ? { 'recheck-by': String(recheckBySeconds) } : {}),
  };
}

function makeSynapse(
  id: number,
  action: Action,
  state: ClusterState,
  inGraph: (action: Action) => boolean,
  parametersOf: ParameterReader,
): Synapse {
  const inputs: number[] = [];
  for (const input of mergeRelations(action.before, ++state.walk)) {
    if (belongsAsInput(action, input, inGraph)) inputs.push(input.first.id);
  }
  // As configured: while instances are compared, promotion scores count as priority too.
  const configured = scoreOr(action.resource?.meta.get('priority'), 0);
  const priority = Math.max(configured, action.priority);
  return {
    id,
    ...(priority > 0 ? { priority } : {}),
    action: graphAction(action, state, parametersOf),
    inputs: inputs.sort((a, b) => a - b),
  };
}

/** Two orderings between the same actions count as one with the flags of both. */
function mergeRelations(
  relations: readonly Relation[],
  walk: number,
): readonly { first: Action; flags: number }[] {
  let repeated = false;
  for (const { first } of relations) {
    if (first.mark === walk) repeated = true;
    first.mark = walk;
  }
  if (!repeated) return relations;
  const merged = new Map<Action, { first: Action; flags: number }>();
  for (const { first, flags } of relations) {
    const before = merged.get(first);
    if (before === undefined) merged.set(first, { first, flags });
    else before.flags |= flags;
  }
  return [...merged.values()];
}

const CLUSTER_TASKS = new Set(['stonith', 'do_shutdown', 'clear_failcount', 'lrm_delete']);

function kindOf(action: Action): GraphActionKind {
  if (action.flags & ActionFlag.pseudo) return 'pseudo';
  return CLUSTER_TASKS.has(action.task) ? 'cluster' : 'resource';
}

function graphAction(action: Action, state: ClusterState, parametersOf: ParameterReader): GraphAction {
  const { resource, task, node } = action;
  const kind = kindOf(action);
  const onNode = node !== undefined && showsNode(action) ? node : undefined;
  const router = onNode === undefined || kind === 'pseudo' ? undefined : routerNode(action);
  const maintenance = task === 'maintenance_nodes' ? maintenanceModes(action) : [];
  return {
    id: action.id,
    kind,
    operation: task,
    ...operationKeys(action),
    ...(onNode === undefined ? {} : { onNode: onNode.name, onNodeUuid: onNode.id }),
    ...(router === undefined ? {} : { routerNode: router.name }),
    ...(task === 'lrm_delete' ? { mode: 'cib' } : {}),
    ...(resource === undefined || kind === 'pseudo' ? {} : { resource: graphResource(resource) }),
    ...shutdownLock(action),
    attributes: actionAttributes(action, parametersOf),
    ...(maintenance.length > 0 ? { maintenance } : {}),
    downed: downedNodes(action, state),
  };
}

/** Histories know an anonymous instance by another name than we do; the key carries theirs. */
function operationKeys(action: Action): { operationKey: string; internalOperationKey?: string } {
  const { resource, key } = action;
  if (!resource?.historyKnown || resource.historyId === resource.id || !key.startsWith(`${resource.id}_`)) {
    return { operationKey: key };
  }
  return { operationKey: resource.historyId + key.slice(resource.id.length), internalOperationKey: key };
}

function graphResource(resource: ResourceInstance): NonNullable<GraphAction['resource']> {
  const { standard, provider, agent } = resource;
  return {
    ...resourceNames(resource),
    class: standard,
    ...(provider === undefined ? {} : { provider }),
    type: agent,
  };
}

function resourceNames(resource: ResourceInstance): { id: string; longId?: string } {
  if (resource.removed && resource.parent === undefined) return { id: resource.historyId };
  if (resource.unique || resource.id === resource.configured.id) return { id: resource.id };
  const known = resource.historyId !== resource.configured.id ? resource.historyId : resource.id;
  return { id: resource.configured.id, longId: known };
}

function shutdownLock(action: Action): { shutdownLock?: string } {
  const { resource, node } = action;
  if (resource?.lockNode === undefined || node !== resource.lockNode) return {};
  return { shutdownLock: String(resource.lockTimeSeconds) };
}

function maintenanceModes(action: Action): { id: string; inMaintenance: string }[] {
  return [...action.extra].map(([id, inMaintenance]) => ({ id, inMaintenance }));
}

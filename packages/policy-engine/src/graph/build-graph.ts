import type { ActionGraph, GraphAction, GraphActionKind, Synapse } from '@holdfast/model';
import {
  type Action,
  ActionFlag,
  type ClusterState,
  type Relation,
  type ResourceInstance,
} from '../state/index.ts';
import { actionAttributes, type ParameterReader, showsNode } from './action-attributes.ts';
import { breakLoadLoops } from './break-load-loops.ts';
import { downedNodes } from './downed-nodes.ts';
import { belongsInGraph } from './include-action.ts';
import { belongsAsInput } from './include-input.ts';
import { routerNode } from './router-node.ts';
import { waitsForStarts } from './starts-in-progress.ts';

type ResourceName = NonNullable<GraphAction['resource']>;

interface GraphContext {
  readonly state: ClusterState;
  readonly inGraph: (action: Action) => boolean;
  /** All actions of a resource share one name of it. */
  readonly nameOf: (resource: ResourceInstance) => ResourceName;
  readonly parametersOf: ParameterReader;
  /** Inputs besides the orderings of an action. */
  readonly waits: ReadonlyMap<Action, readonly number[]>;
}

/** How a graph is built. */
export interface GraphOptions {
  readonly parametersOf: ParameterReader;
  /** What depends on a start that is in progress waits for its end. */
  readonly awaitStarts: boolean;
}

const NO_WAITS: ReadonlyMap<Action, readonly number[]> = new Map();

/**
 * Turns the actions of a computation into a graph. Synapses come resource by resource, a group's own before those of
 * its members and a clone's own after those of its instances; then, together, what bundles have of their own and what
 * belongs to no resource. Within each the newest comes first. Inputs come by id.
 */
export function buildGraph(state: ClusterState, { parametersOf, awaitStarts }: GraphOptions): ActionGraph {
  const inGraph = memoize(belongsInGraph, state.actionId);
  breakLoadLoops(state, inGraph);
  const waits = awaitStarts ? waitsForStarts(state, inGraph) : NO_WAITS;
  const context = { state, inGraph, nameOf: rememberNames(), parametersOf, waits };
  const synapses: Synapse[] = [];
  const add = (actions: readonly Action[]): void => {
    for (let i = actions.length - 1; i >= 0; i--) {
      const action = actions[i] as Action;
      if (inGraph(action)) synapses.push(makeSynapse(synapses.length, action, context));
    }
  };
  const addResource = (resource: ResourceInstance): void => {
    if (resource.isGroup) add(resource.actions);
    resource.children.forEach(addResource);
    if (!resource.isGroup && !resource.isBundle) add(resource.actions);
  };
  state.resources.forEach(addResource);
  add(state.actions.filter(({ resource }) => resource === undefined || resource.isBundle));
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

/** Most actions wait for nothing and end no node; they share the empty list. */
const NO_INPUTS: readonly number[] = [];

function makeSynapse(id: number, action: Action, context: GraphContext): Synapse {
  const { state, inGraph } = context;
  let inputs: number[] | undefined;
  for (const input of mergeRelations(action.before, ++state.walk)) {
    if (!belongsAsInput(action, input, inGraph)) continue;
    if (inputs === undefined) inputs = [input.first.id];
    else inputs.push(input.first.id);
  }
  for (const wait of context.waits.get(action) ?? []) {
    if (inputs === undefined) inputs = [wait];
    else if (!inputs.includes(wait)) inputs.push(wait);
  }
  const priority = Math.max(resourcePriority(action.resource), action.priority);
  return {
    id,
    ...(priority > 0 ? { priority } : {}),
    action: graphAction(action, context),
    inputs: inputs?.sort((a, b) => a - b) ?? NO_INPUTS,
  };
}

/**
 * Rule: an instance of a promotable clone has the clone's priority, for its own has become its promotion priority; a
 * member of such an instance keeps its own, with what colocations of the promoted role added.
 */
function resourcePriority(resource: ResourceInstance | undefined): number {
  if (resource === undefined) return 0;
  const { parent } = resource;
  return parent?.clone !== undefined && parent.promotable ? parent.priority : resource.priority;
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

type Draft<T> = { -readonly [K in keyof T]: T[K] };

function graphAction(action: Action, context: GraphContext): GraphAction {
  const { resource, task, node } = action;
  const kind = kindOf(action);
  const onNode = node !== undefined && showsNode(action) ? node : undefined;
  const name = resource === undefined || kind === 'pseudo' ? undefined : context.nameOf(resource);
  const attributes = actionAttributes(action, context.parametersOf);
  const downed = downedNodes(action, context.state);
  // What nearly all actions have is written at once: objects made that way take half the memory.
  const draft: Draft<GraphAction> =
    onNode === undefined || name === undefined
      ? { id: action.id, kind, operation: task, operationKey: action.key, attributes, downed }
      : {
          id: action.id,
          kind,
          operation: task,
          operationKey: action.key,
          onNode: onNode.name,
          onNodeUuid: onNode.id,
          resource: name,
          attributes,
          downed,
        };
  if (onNode !== undefined) {
    draft.onNode = onNode.name;
    draft.onNodeUuid = onNode.id;
  }
  if (name !== undefined) draft.resource = name;
  useHistoryId(draft, action);
  const router = onNode === undefined || kind === 'pseudo' ? undefined : routerNode(action);
  if (router !== undefined) draft.routerNode = router.name;
  if (task === 'lrm_delete') draft.mode = 'cib';
  const lock = shutdownLock(action);
  if (lock !== undefined) draft.shutdownLock = lock;
  const maintenance = task === 'maintenance_nodes' ? maintenanceModes(action) : [];
  if (maintenance.length > 0) draft.maintenance = maintenance;
  return draft;
}

/** Histories know an anonymous instance by another name than we do; the key carries theirs. */
function useHistoryId(draft: Draft<GraphAction>, action: Action): void {
  const { resource, key } = action;
  if (!resource?.historyKnown || resource.historyId === resource.id) return;
  if (!key.startsWith(`${resource.id}_`)) return;
  draft.operationKey = resource.historyId + keyTail(action, resource);
  draft.internalOperationKey = key;
}

/** A notice after fencing goes by what it is about: a stop. */
function keyTail({ task, key, meta }: Action, resource: ResourceInstance): string {
  if (task === 'notified') return '_notified_0';
  if (task === 'notify') return `_${meta.get('notify_type')}_notify_${meta.get('notify_operation')}_0`;
  return key.slice(resource.id.length);
}

function rememberNames(): (resource: ResourceInstance) => ResourceName {
  const known = new Map<ResourceInstance, ResourceName>();
  return (resource) => {
    let name = known.get(resource);
    if (name === undefined) {
      name = graphResource(resource);
      known.set(resource, name);
    }
    return name;
  };
}

function graphResource(resource: ResourceInstance): ResourceName {
  const { standard, provider, agent } = resource;
  return {
    ...resourceNames(resource),
    class: standard,
    ...(provider === undefined ? {} : { provider }),
    type: agent,
  };
}

/**
 * An instance goes by the configured name, its number is said besides. One too many has to be named as its node
 * knows it, or the operation could hit the instance that is to stay.
 */
function resourceNames(resource: ResourceInstance): { id: string; longId?: string } {
  const { id, configured, historyId } = resource;
  if (resource.removed && resource.parent === undefined) return { id: historyId };
  if (resource.unique || id === configured.id) return { id };
  if (resource.removed && resource.historyKnown) {
    return historyId === id ? { id } : { id: historyId, longId: id };
  }
  return { id: configured.id, longId: historyId === configured.id ? id : historyId };
}

function shutdownLock({ resource, node }: Action): string | undefined {
  if (resource?.lockNode === undefined || node !== resource.lockNode) return undefined;
  return String(resource.lockTimeSeconds);
}

function maintenanceModes(action: Action): { id: string; inMaintenance: string }[] {
  return [...action.extra].map(([id, inMaintenance]) => ({ id, inMaintenance }));
}

import type { Synapse } from '@holdfast/model';
import {
  computeTransition,
  type NodeInstance,
  playGraph,
  type ResourceInstance,
  Role,
  type Simulation,
} from '@holdfast/policy-engine';

/** What has to be true of every simulated transition, whatever the cluster is like. */
export interface Property {
  readonly name: string;
  /** What violates it. */
  check(simulation: Simulation): string[];
}

const INFINITY_SCORE = 1_000_000;

function key({ action }: Synapse): string {
  return action.internalOperationKey ?? action.operationKey;
}

/** Everything is sent to nodes that are up; guests and remote nodes may come up in between. */
function onlyNodesThatAreUp({ current, result }: Simulation): string[] {
  return result.graph.synapses.flatMap(({ action }) => {
    if (action.kind !== 'resource' || action.onNode === undefined) return [];
    const node = current.nodesByName.get(action.onNode);
    const up = node === undefined || node.kind === 'remote' || node.online;
    return up ? [] : [`${action.operationKey} on ${action.onNode}, which is down`];
  });
}

/** Where a resource is stopped and started, the start waits for each of its stops, directly or not. */
function stopBeforeStart({ result }: Simulation): string[] {
  const byId = new Map(result.graph.synapses.map((synapse) => [synapse.action.id, synapse]));
  const stops = new Map<string, Synapse[]>();
  for (const synapse of result.graph.synapses) {
    const { operation, kind } = synapse.action;
    if (operation !== 'stop' || kind !== 'resource') continue;
    stops.set(key(synapse), [...(stops.get(key(synapse)) ?? []), synapse]);
  }
  return result.graph.synapses.flatMap((synapse) => {
    const { operation, kind } = synapse.action;
    if (operation !== 'start' || kind !== 'resource') return [];
    const own = stops.get(key(synapse).replace(/_start_0$/, '_stop_0')) ?? [];
    const before = own.length === 0 ? undefined : allBefore(synapse, byId);
    return own
      .filter((stop) => !before?.has(stop.action.id))
      .map((stop) => `${key(synapse)} and ${key(stop)}`);
  });
}

function allBefore(synapse: Synapse, byId: ReadonlyMap<number, Synapse>): Set<number> {
  const found = new Set<number>();
  const open = [...synapse.inputs];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(byId.get(id)?.inputs ?? []));
  }
  return found;
}

/** What could be decided about: managed, and neither blocked nor in maintenance before. */
function isFree(resource: ResourceInstance | undefined): boolean {
  return resource !== undefined && resource.managed && !resource.blocked && !resource.maintenance;
}

function primitives(simulation: Simulation): { before: ResourceInstance; after: ResourceInstance }[] {
  const after = new Map(simulation.revised.allResources.map((resource) => [resource.id, resource]));
  return simulation.result.state.allResources.flatMap((before) => {
    const other = after.get(before.id);
    return before.isPrimitive && other !== undefined ? [{ before, after: other }] : [];
  });
}

/** Nodes where a resource is known to run, without those that are lost. */
function places(resource: ResourceInstance): NodeInstance[] {
  return resource.runningOn.filter((node) => node.online && !node.unclean);
}

function neverTwice(simulation: Simulation): string[] {
  return primitives(simulation).flatMap(({ before, after }) => {
    const nodes = places(after);
    if (nodes.length < 2 || before.runningOn.length > 1 || !isFree(before)) return [];
    return [`${after.id} on ${nodes.map(({ name }) => name).join(' and ')}`];
  });
}

/** Whatever was started or moved is where its mandatory colocations allow it to be. */
function mandatoryColocations(simulation: Simulation): string[] {
  const after = new Map(simulation.revised.allResources.map((resource) => [resource.id, resource]));
  return simulation.result.state.colocations.flatMap((colocation) => {
    const { dependent, primary, score, dependentRole, primaryRole, nodeAttribute } = colocation;
    if (Math.abs(score) < INFINITY_SCORE || nodeAttribute !== undefined) return [];
    if (dependentRole !== Role.unknown || primaryRole !== Role.unknown) return [];
    if (!dependent.isPrimitive || !primary.isPrimitive || !isFree(dependent) || !isFree(primary)) return [];
    const [own] = places(after.get(dependent.id) ?? dependent);
    const [other] = places(after.get(primary.id) ?? primary);
    if (own === undefined || other === undefined) return [];
    const met = score > 0 ? own.name === other.name : own.name !== other.name;
    return met ? [] : [`${colocation.id}: ${dependent.id} on ${own.name}, ${primary.id} on ${other.name}`];
  });
}

const MOST_RUNS = 6;

/** What is left to do after everything was done; run after run, until nothing is, or it stays the same. */
export function leftovers({ playback, nowSeconds }: Simulation): string[][] {
  const runs: string[][] = [];
  let { information, outcome } = playback;
  while (outcome === 'complete' && runs.length < MOST_RUNS) {
    const { graph } = computeTransition(information, { nowSeconds, scores: false });
    const left = graph.synapses.filter(({ action }) => action.kind !== 'pseudo').map(key);
    const same = left.join() === runs.at(-1)?.join();
    runs.push(left);
    if (left.length === 0 || same) break;
    ({ information, outcome } = playGraph(graph, information, { nowSeconds, failures: [] }));
  }
  return runs;
}

/**
 * Why a second run may have something to do, by what it has to do. The reference leaves the same: these follow from
 * what a simulation can write into a status.
 */
const EXCUSES: readonly (readonly [reason: string, operations: RegExp])[] = [
  ['a shutdown or a fenced node stays up in the simulated status', /^(do_shutdown|stonith)-/],
  ['recurring operations follow one run after the change of role or place', /_(monitor_[1-9]\d*|cancel_.*)$/],
];

/** After everything was done nothing is left to do, or only what has an excuse. */
function secondRunIsEmpty(simulation: Simulation): string[] {
  const [left = []] = leftovers(simulation);
  return left.filter((each) => !EXCUSES.some(([, operations]) => operations.test(each)));
}

/** Runs on the status that the run before left end within a few, with nothing to do or the same for ever. */
function settles(simulation: Simulation): string[] {
  const runs = leftovers(simulation);
  const last = runs.at(-1) ?? [];
  const settled = runs.length < MOST_RUNS || last.length === 0 || last.join() === runs.at(-2)?.join();
  return settled ? [] : last;
}

/** These hold for every input. */
export const ALWAYS: readonly Property[] = [
  { name: 'no action on a node that is down', check: onlyNodesThatAreUp },
  { name: 'stop before start', check: stopBeforeStart },
];

/** These hold unless the reference violates them as well; see reference-violations.ts. */
export const UNLESS_REFERENCE: readonly Property[] = [
  { name: 'a resource is never active twice', check: neverTwice },
  { name: 'mandatory colocations hold in the revised status', check: mandatoryColocations },
  { name: 'a second run on the revised status is empty', check: secondRunIsEmpty },
  { name: 'repeated runs settle', check: settles },
];

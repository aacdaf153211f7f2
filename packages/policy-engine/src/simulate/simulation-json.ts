import { nodeCondition } from '../output/index.ts';
import { type ClusterState, type ResourceInstance, roleName } from '../state/index.ts';
import type { Simulation } from './simulate.ts';

/** A simulation as plain data, for `--json` and for programs. Keys and order are stable. */
export function simulationToJson(simulation: Simulation): object {
  const { nowSeconds, current, result, playback, revised } = simulation;
  return {
    now: nowSeconds,
    current: stateToJson(current),
    decisions: result.decisions,
    scores: result.scores,
    explanation: result.explanation,
    graph: result.graph,
    executed: playback.lines,
    outcome: playback.outcome,
    revised: stateToJson(revised),
    warnings: result.warnings,
  };
}

function stateToJson(state: ClusterState): object {
  return {
    quorate: state.quorate,
    nodes: state.nodes.map((node) => ({
      id: node.id,
      name: node.name,
      kind: node.isGuest ? 'guest' : node.isRemote ? 'remote' : 'cluster',
      condition: nodeCondition(node),
    })),
    resources: state.resources.map(resourceToJson),
  };
}

function resourceToJson(resource: ResourceInstance): object {
  const { id, kind, role, failed, blocked, managed, maintenance, removed, pendingTask } = resource;
  return {
    id,
    kind,
    ...(resource.isPrimitive
      ? { role: roleName(role), nodes: resource.runningOn.map(({ name }) => name) }
      : {}),
    failed,
    blocked,
    managed,
    maintenance,
    removed,
    ...(pendingTask === undefined ? {} : { pendingTask }),
    ...(resource.children.length > 0 ? { children: resource.children.map(resourceToJson) } : {}),
  };
}

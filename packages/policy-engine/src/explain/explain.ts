import { INFINITY_SCORE } from '@holdfast/model';
import { isAvailable } from '../node-criteria/node-available.ts';
import type { ActionExplanation, NodeExplanation, ResourceExplanation } from '../result.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';

/** For each primitive: the scores and what made them up, why not elsewhere, and why each action. */
export function explain(state: ClusterState): ResourceExplanation[] {
  return state.allResources
    .filter((resource) => resource.isPrimitive)
    .map((resource) => ({
      resource: resource.id,
      nodes: state.nodes.map((node) => explainNode(resource, node)),
      actions: resource.actions
        .filter((action) => !action.is(ActionFlag.optional))
        .map((action) => explainAction(action)),
    }));
}

function explainNode(resource: ResourceInstance, node: NodeInstance): NodeExplanation {
  const { allowed } = resource;
  const known = allowed.has(node.index);
  const score = known ? allowed.score(node.index) : -INFINITY_SCORE;
  const chosen = resource.assignedTo === node;
  const contributions = resource.contributions
    .filter(({ index }) => index === node.index)
    .map(({ source, score: part }) => ({ source, score: part }));
  for (const colocation of resource.colocationSources) {
    contributions.push({ source: colocation.id, score: colocation.score });
  }
  const whyNot = chosen ? undefined : reasonAgainst(resource, node, known, score);
  return { node: node.name, score, contributions, chosen, ...(whyNot === undefined ? {} : { whyNot }) };
}

function reasonAgainst(
  resource: ResourceInstance,
  node: NodeInstance,
  known: boolean,
  score: number,
): string {
  if (!node.online) return 'the node is offline';
  if (node.unclean) return 'the node is unclean';
  if (node.shutdown) return 'the node is shutting down';
  if (node.standby) return 'the node is in standby';
  if (node.maintenance) return 'the node is in maintenance';
  if (!isAvailable(node)) return 'the node cannot run resources';
  if (!known) return 'no location constraint allows this node';
  if (score <= -INFINITY_SCORE) {
    const ban = resource.contributions.find(
      (part) => part.index === node.index && part.score <= -INFINITY_SCORE,
    );
    if (ban !== undefined) return `banned by ${ban.source}`;
    const colocation = resource.colocationSources.find(({ score: s }) => Math.abs(s) >= INFINITY_SCORE);
    return colocation === undefined ? 'banned' : `banned by ${colocation.id}`;
  }
  if (score < 0) return 'its score is negative';
  const chosen = resource.assignedTo;
  if (chosen === undefined) return 'the resource is not to run';
  const best = resource.allowed.score(chosen.index);
  return best > score ? `${chosen.name} has the better score` : `${chosen.name} was preferred at equal score`;
}

function explainAction(action: Action): ActionExplanation {
  const blockedBy: string[] = [];
  for (const { first, flags } of action.before) {
    if (flags !== 0 && !first.is(ActionFlag.runnable) && !first.is(ActionFlag.optional))
      blockedBy.push(first.key);
  }
  return {
    key: action.key,
    ...(action.node === undefined ? {} : { node: action.node.name }),
    ...(action.reason === undefined ? {} : { reason: action.reason }),
    runnable: action.is(ActionFlag.runnable),
    blockedBy,
  };
}

import { INFINITY_SCORE } from '@holdfast/model';
import { isAvailable } from '../node-criteria/node-available.ts';
import type { ActionExplanation, Decision, NodeExplanation, ResourceExplanation } from '../result.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { type ScoreChange, sum } from '../state/score-journal.ts';
import { describeBans } from './source-text.ts';

/**
 * For each primitive: what is decided, the scores and what made them up, why it is not elsewhere, why each action is
 * wanted and what keeps it from running. The contributions of a node add up to its score.
 */
export function explain(state: ClusterState, decisions: readonly Decision[]): ResourceExplanation[] {
  return state.allResources
    .filter((resource) => resource.isPrimitive)
    .map((resource) => ({
      resource: resource.id,
      decisions: decisions.filter(({ subject }) => subject === resource.id),
      nodes: state.nodes.map((node) => explainNode(resource, node)),
      actions: resource.actions
        .filter((action) => !action.is(ActionFlag.optional))
        .map((action) => explainAction(action)),
    }));
}

/** A node that no constraint of an opt-in cluster names, or that the resource is not for at all. */
const NOT_ALLOWED: readonly ScoreChange[] = [{ source: '#not-allowed', score: -INFINITY_SCORE }];

function explainNode(resource: ResourceInstance, node: NodeInstance): NodeExplanation {
  const { allowed } = resource;
  const known = allowed.has(node.index);
  const chosen = resource.assignedTo === node;
  const contributions = known ? (allowed.journal?.placing(node.index) ?? []) : NOT_ALLOWED;
  const score = sum(contributions);
  const whyNot = chosen ? undefined : reasonAgainst({ resource, node, known, score, contributions });
  return { node: node.name, score, contributions, chosen, ...(whyNot === undefined ? {} : { whyNot }) };
}

interface NodeFacts {
  readonly resource: ResourceInstance;
  readonly node: NodeInstance;
  /** The resource may be there at all. */
  readonly known: boolean;
  readonly score: number;
  readonly contributions: readonly ScoreChange[];
}

function reasonAgainst({ resource, node, known, score, contributions }: NodeFacts): string {
  const state = nodeProblem(node);
  if (state !== undefined) return state;
  if (!known) return 'no location constraint allows this node';
  if (score <= -INFINITY_SCORE) {
    const bans = contributions.filter((part) => part.score <= -INFINITY_SCORE);
    return describeBans(bans.map(({ source }) => source));
  }
  if (score < 0) return 'its score is negative';
  const chosen = resource.assignedTo;
  if (chosen === undefined) return 'the resource is not to run';
  if (!resource.managed) return 'it is not managed, so it stays where it is';
  const best = resource.allowed.score(chosen.index);
  return best > score ? `${chosen.name} has the better score` : `${chosen.name} was preferred at equal score`;
}

function nodeProblem(node: NodeInstance): string | undefined {
  if (!node.online) return 'the node is offline';
  if (node.unclean) return 'the node is unclean';
  if (node.shutdown) return 'the node is shutting down';
  if (node.standby) return 'the node is in standby';
  if (node.maintenance) return 'the node is in maintenance';
  return isAvailable(node) ? undefined : 'the node cannot run resources';
}

function explainAction(action: Action): ActionExplanation {
  const blockedBy: string[] = [];
  for (const { first, flags } of action.before) {
    if (flags === 0 || first.is(ActionFlag.runnable)) continue;
    if (!first.is(ActionFlag.optional) || (flags & OrderFlag.unrunnableFirstBlocks) !== 0)
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

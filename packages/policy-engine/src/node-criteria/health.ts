import { addScores, INFINITY_SCORE } from '@holdfast/model';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { isTrue, scoreOr } from '../unpack/option-values.ts';
import { addLocation } from './locations.ts';

/** Node health (`#health*` attributes) as a score for every resource, by the chosen strategy. */
export function applyHealth(state: ClusterState): void {
  const { options } = state;
  if (options.healthStrategy === 'none') return;
  for (const node of state.nodes) {
    const health = nodeHealth(state, node);
    node.health = health;
    if (health === 0) continue;
    for (const resource of state.resources) {
      if (health < 0 && isTrue(resource.meta.get('allow-unhealthy-nodes'))) continue;
      addLocation(state, { id: options.healthStrategy, resource, nodes: [{ node, score: health }] });
    }
  }
}

function nodeHealth(state: ClusterState, node: NodeInstance): number {
  const { options } = state;
  let health = options.healthStrategy === 'progressive' ? options.healthBase : 0;
  for (const [name, value] of node.attributes) {
    if (name.startsWith('#health')) health = addScores(health, colourScore(state, value));
  }
  return health;
}

function colourScore(state: ClusterState, value: string): number {
  const { options } = state;
  const strategy = options.healthStrategy;
  switch (value.toLowerCase()) {
    case 'red':
      if (strategy === 'migrate-on-red' || strategy === 'only-green') return -INFINITY_SCORE;
      return options.healthRed;
    case 'yellow':
      if (strategy === 'migrate-on-red') return 0;
      return strategy === 'only-green' ? -INFINITY_SCORE : options.healthYellow;
    case 'green':
      return strategy === 'migrate-on-red' || strategy === 'only-green' ? 0 : options.healthGreen;
    default:
      return scoreOr(value, 0);
  }
}

/** The colour a node is shown in: the worst of its health attributes; numbers below 0 are red. */
export function healthColour(node: NodeInstance): 'red' | 'yellow' | 'green' {
  let colour: 'red' | 'yellow' | 'green' = 'green';
  for (const [name, value] of node.attributes) {
    if (!name.startsWith('#health')) continue;
    const lower = value.toLowerCase();
    if (lower === 'red' || scoreOr(lower, 0) < 0) return 'red';
    if (lower === 'yellow' || (lower !== 'green' && scoreOr(lower, 1) === 0)) colour = 'yellow';
  }
  return colour;
}

import type { ClusterState, ScoreLine, UtilizationLine } from '../state/cluster-state.ts';

/** The scores recorded while placing, one line per phase, resource and node. */
export function scoreLines(state: ClusterState): ScoreLine[] {
  return placementLines(state).filter((line) => 'score' in line);
}

/** The same with what resources take of the capacities, in the order of the placement. */
export function placementLines(state: ClusterState): (ScoreLine | UtilizationLine)[] {
  const lines: (ScoreLine | UtilizationLine)[] = [];
  for (const { phase, resource, scores, present, single, taken } of state.scoreTables) {
    if (taken !== undefined) {
      lines.push(taken);
      continue;
    }
    if (single !== undefined) {
      lines.push({ phase, resource, node: single.node, score: single.score });
      continue;
    }
    for (const node of state.nodes) {
      if (present[node.index] !== 1) continue;
      lines.push({ phase, resource, node: node.name, score: scores[node.index] as number });
    }
  }
  return lines;
}

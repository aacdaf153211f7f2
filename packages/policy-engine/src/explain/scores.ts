import type { ClusterState, ScoreLine } from '../state/cluster-state.ts';

/** The scores recorded while placing, one line per phase, resource and node. */
export function scoreLines(state: ClusterState): ScoreLine[] {
  const lines: ScoreLine[] = [];
  for (const { phase, resource, scores, present, single } of state.scoreTables) {
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

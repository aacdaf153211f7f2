import { formatScore } from '@holdfast/model';
import type { ScoreLine } from '../state/index.ts';

/** Scores as the reference prints them, one line per phase, resource and node, in the order recorded. */
export function formatScores(scores: readonly ScoreLine[]): string {
  return scores.map((line) => `${formatScoreLine(line)}\n`).join('');
}

/** One score. */
export function formatScoreLine({ phase, resource, node, score }: ScoreLine): string {
  const place = node === undefined ? '(inactive)' : `on ${node}`;
  if (phase === 'promotion') return `${resource} promotion score ${place}: ${formatScore(score)}`;
  return `${phase}: ${resource} allocation score ${place}: ${formatScore(score)}`;
}

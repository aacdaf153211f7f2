import { formatScore } from '@holdfast/model';
import type { ActionExplanation, ResourceExplanation } from '../result.ts';
import { describeSource } from './source-text.ts';

/**
 * An explanation for people: what is decided, the nodes with their scores and what made them up, best first (`*`: the
 * one that was chosen), and the actions with why they are wanted and what they wait for in vain.
 */
export function formatExplanation(explanation: ResourceExplanation): string {
  const { resource, decisions, nodes, actions } = explanation;
  const lines = [`${resource}:`];
  for (const { verb, fromNode, toNode, reason, blocked } of decisions) {
    const place = [fromNode, toNode].filter((node) => node !== undefined);
    const where = place.length === 0 ? '' : ` (${[...new Set(place)].join(' -> ')})`;
    lines.push(
      `  ${verb}${where}${reason ? ` due to ${reason}` : ''}${blocked ? ', but it is blocked' : ''}`,
    );
  }
  const sorted = [...nodes].sort((a, b) => Number(b.chosen) - Number(a.chosen) || b.score - a.score);
  for (const { node, chosen, score, whyNot, contributions } of sorted) {
    lines.push(`  ${chosen ? '*' : ' '} ${node}: ${formatScore(score)}${whyNot ? ` - ${whyNot}` : ''}`);
    for (const part of contributions)
      lines.push(`      ${formatScore(part.score).padStart(9)} ${describeSource(part.source)}`);
  }
  for (const action of actions) lines.push(actionLine(action));
  return `${lines.join('\n')}\n`;
}

function actionLine({ key, node, reason, runnable, blockedBy }: ActionExplanation): string {
  const place = node === undefined ? '' : ` on ${node}`;
  const why = reason === undefined ? '' : ` (${reason})`;
  const after = blockedBy.length > 0 ? `, waits for ${blockedBy.join(', ')}` : '';
  return `  ${runnable ? 'wanted' : 'blocked'}: ${key}${place}${why}${after}`;
}

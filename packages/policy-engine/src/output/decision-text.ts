import type { Decision } from '../result.ts';

/** The transition summary: a line per decision, the columns aligned. */
export function formatDecisions(decisions: readonly Decision[]): string {
  const details = decisions.map((decision) => (isFencing(decision) ? '' : placeText(decision)));
  const nameWidth = Math.max(
    4,
    ...decisions.map((decision) => (isFencing(decision) ? 0 : decision.subject.length)),
  );
  const placeWidth = Math.max(5, ...details.map((detail) => detail.length));
  const lines = decisions.map((decision, index) => {
    const { verb, subject, reason, blocked } = decision;
    if (isFencing(decision)) return `  * ${verb} ${subject}${reason === undefined ? '' : ` '${reason}'`}`;
    const place = (details[index] ?? '').padStart(placeWidth);
    const because = reason === undefined ? '' : `  due to ${reason}`;
    const end = blocked ? (reason === undefined ? '  blocked' : ' (blocked)') : '';
    return `  * ${verb.padEnd(10)} ${subject.padEnd(nameWidth + 4)}( ${place} )${because}${end}`;
  });
  return `Transition Summary:\n${lines.map((line) => `${line}\n`).join('')}`;
}

function isFencing(decision: Decision): boolean {
  return decision.verb.startsWith('Fence');
}

/** Node and role before and after, each named once if it stays. */
function placeText({ fromRole, toRole, fromNode, toNode }: Decision): string {
  if (toNode === undefined) return [fromRole, fromNode].filter((part) => part !== undefined).join(' ');
  const from = fromNode ?? toNode;
  const to = toNode;
  const roleFrom = fromRole ?? toRole;
  const roleTo = toRole ?? fromRole;
  if (roleFrom === undefined || roleTo === undefined) return from === to ? from : `${from} -> ${to}`;
  if (roleFrom === roleTo) return from === to ? `${roleFrom} ${from}` : `${from} -> ${to} ${roleFrom}`;
  return from === to ? `${roleFrom} -> ${roleTo} ${from}` : `${roleFrom} ${from} -> ${roleTo} ${to}`;
}

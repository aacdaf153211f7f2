import { entityKey } from '../change/entity.ts';
import type { Configuration } from '../configuration/configuration.ts';
import type { ColocationConstraint, OrderConstraint, ResourceSet } from '../configuration/constraint.ts';
import { LIMITS } from '../limits.ts';
import type { Finding } from './finding.ts';

/**
 * The constraint with which the sets of all constraints relate more pairs of resources than `LIMITS.constrainedPairs`.
 * The policy engine refuses such a configuration as a whole, so it must not be committed. Counted are the pairs between
 * neighbouring sets, which is where few words name many; the engine counts everything.
 */
export function findTooManyPairs(configuration: Configuration): Finding[] {
  const tags = new Map(configuration.tags.map((each) => [each.id, each.members.length]));
  let pairs = 0;
  for (const constraint of configuration.constraints) {
    if (constraint.kind !== 'order' && constraint.kind !== 'colocation') continue;
    pairs += pairsBetweenSets(constraint, tags);
    if (pairs <= LIMITS.constrainedPairs) continue;
    const problem =
      `with ${constraint.id}, the constraints relate more than ${LIMITS.constrainedPairs} ` +
      'pairs of resources: use groups or sequential sets, or smaller sets';
    const entity = entityKey({ kind: 'constraint', value: constraint });
    return [{ level: 'error', entity, id: constraint.id, problem }];
  }
  return [];
}

function pairsBetweenSets(
  constraint: OrderConstraint | ColocationConstraint,
  tags: ReadonlyMap<string, number>,
): number {
  const widths = constraint.sets.map((set) => widthOf(set, tags));
  const onWayUp = widths.slice(1).reduce((sum, width, index) => sum + width * (widths[index] ?? 0), 0);
  return constraint.kind === 'order' && constraint.symmetrical !== 'false' ? 2 * onWayUp : onWayUp;
}

/** How many members of a set are related to each of its neighbour: of a sequential one, only that at the end. */
function widthOf({ members, attributes }: ResourceSet, tags: ReadonlyMap<string, number>): number {
  if (attributes.sequential !== 'false') return 1;
  return members.reduce((sum, each) => sum + (tags.get(each) ?? 1), 0);
}

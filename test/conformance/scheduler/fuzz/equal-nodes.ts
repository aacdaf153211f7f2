import type { ClusterInformation } from '@holdfast/model';
import type { LevelDifference } from '../levels.ts';
import { isAbout, namesOf } from './affected-resources.ts';
import { leavesOf, readInstanceDecision } from './instance-decisions.ts';
import { areEqual, ourPlacement } from './our-placement.ts';
import { type DecisionDifference, movesOf } from './shuffled-instances.ts';

/**
 * Facts without those about what both sides have on nodes that are equally good for it by our explanation: among those
 * the one with fewer resources is chosen, so that another decision that differs for a reason changes this one, too. If
 * nothing else differs, it has no reason.
 */
export function withoutEqualNodes(
  cluster: ClusterInformation,
  decisions: DecisionDifference,
  left: LevelDifference,
): LevelDifference {
  const equal = new Set<string>();
  for (const resource of cluster.configuration.resources) {
    if (
      resource.kind === 'clone' &&
      leavesOf(resource).every((id) => areOnEqualNodes(cluster, decisions, id))
    )
      for (const name of namesOf(resource)) equal.add(name);
    if (resource.kind !== 'primitive' && resource.kind !== 'group') continue;
    const [first] = resource.kind === 'group' ? resource.members : [resource];
    if (first !== undefined && isOnEqualNodes(cluster, decisions, first.id))
      for (const name of namesOf(resource)) equal.add(name);
  }
  const isOther = (fact: string) => !isAbout(fact, equal);
  if (!decisions.missing.some(isOther) && !decisions.extra.some(isOther)) return left;
  return { missing: left.missing.filter(isOther), extra: left.extra.filter(isOther) };
}

/** The same of instances that start or move. */
function areOnEqualNodes(
  cluster: ClusterInformation,
  { missing, extra }: DecisionDifference,
  id: string,
): boolean {
  const theirs = movesOf(missing, id);
  const ours = movesOf(extra, id);
  return (
    theirs.size > 0 &&
    theirs.size === ours.size &&
    [...theirs].every(([instance, node]) => areEqual(cluster, instance, node, ours.get(instance)))
  );
}

function isOnEqualNodes(
  cluster: ClusterInformation,
  { missing, extra }: DecisionDifference,
  id: string,
): boolean {
  const current = ourPlacement(cluster).state.allResources.find((each) => each.id === id)?.runningOn[0]?.name;
  // What nothing is said about stays where it is.
  const [theirs, ours] = [missing, extra].map((facts) => {
    const [decision] = facts.flatMap((fact) => readInstanceDecision(id, fact) ?? []);
    return decision === undefined ? current : decision.to?.node;
  });
  return theirs !== ours && areEqual(cluster, id, theirs, ours);
}

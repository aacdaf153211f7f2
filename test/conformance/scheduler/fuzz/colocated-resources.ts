import {
  type ClusterInformation,
  type ColocationConstraint,
  INFINITY_SCORE,
  parseScore,
} from '@holdfast/model';
import { namesOf } from './affected-resources.ts';

function colocationsOf({ configuration }: ClusterInformation): ColocationConstraint[] {
  return configuration.constraints.filter((each) => each.kind === 'colocation');
}

/** What is in mandatory and in optional colocations as well, as the one that follows. */
export function followsInBothWays(cluster: ClusterInformation): ReadonlySet<string> {
  const mandatory = new Set<string>();
  const optional = new Set<string>();
  for (const { resource, score, sets } of colocationsOf(cluster)) {
    const isMandatory = Math.abs(parseScore(score ?? '0') ?? 0) >= INFINITY_SCORE;
    const names = resource === undefined ? sets.flatMap(({ members }) => members) : [resource];
    for (const name of names) (isMandatory ? mandatory : optional).add(name);
  }
  const both = cluster.configuration.resources.filter(({ id }) => mandatory.has(id) && optional.has(id));
  return new Set(both.flatMap(namesOf));
}

/** Groups of which a member has a colocation of its own, with all that is in them. */
export function groupsOfColocatedMembers(cluster: ClusterInformation): ReadonlySet<string> {
  const named = new Set(
    colocationsOf(cluster).flatMap(({ resource, withResource, sets }) => [
      resource,
      withResource,
      ...sets.flatMap(({ members }) => members),
    ]),
  );
  const groups = cluster.configuration.resources.filter(
    (each) => each.kind === 'group' && each.members.some(({ id }) => named.has(id)),
  );
  return new Set(groups.flatMap(namesOf));
}

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

/** What a promoted role and a node attribute decide the place of. */
export function placedByAttribute(cluster: ClusterInformation): ReadonlySet<string> {
  const { resources } = cluster.configuration;
  const placed = colocationsOf(cluster).filter(
    ({ nodeAttribute, role, withRole }) =>
      nodeAttribute !== undefined && [role, withRole].some((each) => /^(Master|Promoted)$/.test(each ?? '')),
  );
  const names = placed.map(({ resource }) => resource);
  return new Set(resources.filter(({ id }) => names.includes(id)).flatMap(namesOf));
}

/** Clones whose instances must each be apart from the one that belongs to them. */
export function apartInterleaved(cluster: ClusterInformation): ReadonlySet<string> {
  const apart = colocationsOf(cluster).filter(({ score }) => /^-INF/.test(score ?? ''));
  const names = apart.flatMap(({ resource, sets }) => [resource, ...sets.flatMap(({ members }) => members)]);
  const clones = cluster.configuration.resources.filter(
    (each) =>
      each.kind === 'clone' &&
      names.includes(each.id) &&
      each.meta.some(({ pairs }) =>
        pairs.some(({ name, value }) => name === 'interleave' && value === 'true'),
      ),
  );
  return new Set(clones.flatMap(namesOf));
}

/** What follows something in an optional colocation, and is in a mandatory one, on whichever side. */
export function inBothWays(cluster: ClusterInformation): ReadonlySet<string> {
  const mandatory = new Set<string>();
  const optional = new Set<string>();
  for (const { resource, withResource, score, sets } of colocationsOf(cluster)) {
    const isMandatory = Math.abs(parseScore(score ?? '0') ?? 0) >= INFINITY_SCORE;
    const names = resource === undefined ? sets.flatMap(({ members }) => members) : [resource];
    for (const name of names) (isMandatory ? mandatory : optional).add(name);
    if (isMandatory && withResource !== undefined) mandatory.add(withResource);
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

/**
 * Primitives and groups among three or more (members of groups counted) that optional colocations hold together, or of
 * two that follow each other: there, too, wishes come back along a chain. What instances of clones do may have other
 * reasons.
 */
export function inChains(cluster: ClusterInformation): ReadonlySet<string> {
  const { resources } = cluster.configuration;
  const followers = colocationsOf(cluster).map(({ resource }) => resource);
  const together = colocationsOf(cluster).map((each) => ({
    returns: followers.includes(each.withResource),
    optional: Math.abs(parseScore(each.score ?? '0') ?? 0) < INFINITY_SCORE,
    names: new Set(
      [each.resource, each.withResource, ...each.sets.flatMap(({ members }) => members)].flatMap((name) =>
        resources.filter(({ id }) => id === name).flatMap(namesOf),
      ),
    ),
  }));
  for (let at = 0; at < together.length; at++) {
    const one = together[at];
    const other = together.slice(at + 1).find(({ names }) => [...names].some((name) => one?.names.has(name)));
    if (one === undefined || other === undefined) continue;
    for (const name of one.names) other.names.add(name);
    other.optional ||= one.optional;
    other.returns ||= one.returns;
    one.names.clear();
  }
  const chained = new Set(
    together
      .filter(({ optional, returns, names }) => optional && (returns || names.size > 2))
      .flatMap(({ names }) => [...names]),
  );
  const simple = resources.filter(({ kind }) => kind === 'primitive' || kind === 'group').flatMap(namesOf);
  return new Set(simple.filter((name) => chained.has(name)));
}

import type { Bundle, ClusterInformation } from '@holdfast/model';
import type { LevelDifference } from '../levels.ts';
import { isAbout, namesOf } from './affected-resources.ts';
import { withDependents } from './dependents.ts';
import type { DecisionDifference } from './shuffled-instances.ts';

/**
 * Facts without those about what the reference puts into replicas of bundles although it is none of theirs, and about
 * what is placed with that or ordered after it.
 */
export function withoutStrangersInReplicas(
  cluster: ClusterInformation,
  decisions: DecisionDifference,
  { missing, extra }: LevelDifference,
): LevelDifference {
  const { resources } = cluster.configuration;
  const bundles = resources.filter((each): each is Bundle => each.kind === 'bundle');
  const replica = new RegExp(`[(>](Promoted|Unpromoted)?(${bundles.map(({ id }) => id).join('|')})-\\d+\\)`);
  const inside = decisions.missing.filter((fact) => replica.test(fact));
  const strangers = resources.filter(
    (each) => each.kind !== 'bundle' && inside.some((fact) => isAbout(fact, new Set(namesOf(each)))),
  );
  if (strangers.length === 0) return { missing, extra };
  const names = withDependents(cluster, new Set(strangers.flatMap(namesOf)));
  const isOther = (fact: string) => !isAbout(fact, names);
  return { missing: missing.filter(isOther), extra: extra.filter(isOther) };
}

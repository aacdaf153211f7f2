import type { Clone, ClusterInformation } from '@holdfast/model';
import type { LevelDifference } from '../levels.ts';
import { effectOf, factAbout, leavesOf, sameNet } from './instance-decisions.ts';
import type { DecisionDifference } from './shuffled-instances.ts';

/**
 * Facts without those about anonymous clones that differ in the numbers of the instances only: as many come to and
 * leave each node, in the same roles, and the actions without the numbers are the same.
 */
export function withoutNumbers(
  { configuration }: ClusterInformation,
  decisions: DecisionDifference,
  difference: LevelDifference,
): LevelDifference {
  let left = difference;
  for (const resource of configuration.resources) {
    if (resource.kind !== 'clone' || isUnique(resource) || !isRenumbered(resource, decisions)) continue;
    left = withoutSame(factAbout(resource), left);
  }
  return left;
}

function isUnique({ meta }: Clone): boolean {
  return meta.some(({ pairs }) =>
    pairs.some(
      ({ name, value }) =>
        (name === 'globally-unique' && value === 'true') || (name === 'clone-node-max' && Number(value) > 1),
    ),
  );
}

function isRenumbered(clone: Clone, { missing, extra }: LevelDifference): boolean {
  return leavesOf(clone).every((id) => {
    const theirs = effectOf(`${id}:\\d+`, missing);
    const ours = effectOf(`${id}:\\d+`, extra);
    const touched = [ours, theirs].map((each) =>
      [...each.left, ...each.disturbed, ...each.roles].sort().join(),
    );
    return sameNet(theirs, ours) && touched[0] === touched[1];
  });
}

function withoutSame(about: RegExp, { missing, extra }: LevelDifference): LevelDifference {
  const isOther = (fact: string) => !about.test(fact);
  const isDecision = (fact: string) => fact.startsWith('*');
  const rest = extra.filter((fact) => isOther(fact) || !isDecision(fact));
  const unmatched = missing.filter((fact) => {
    if (isOther(fact)) return true;
    if (isDecision(fact)) return false;
    const at = rest.findIndex((other) => about.test(other) && unnumbered(other) === unnumbered(fact));
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return { missing: unmatched, extra: rest };
}

/** An action as it is without instances: `rsc_op web_start_0 on n1`. */
function unnumbered(fact: string): string {
  return fact.replace(/ \[[^\]]*\]/, '').replace(/:\d+/g, '');
}

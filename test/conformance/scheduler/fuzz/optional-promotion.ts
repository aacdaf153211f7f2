import type { Clone, ClusterInformation } from '@holdfast/model';
import type { LevelDifference } from '../levels.ts';
import { factAbout } from './shuffled-instances.ts';

/**
 * Facts without those about roles of a clone whose promoted role is optionally colocated with something: in 2026 that
 * counts for promotion (cases coloc-optional-promoted-dependent-*), in 2.1.5 only mandatory colocations do.
 */
export function withoutOptionalPromotions(
  { configuration }: ClusterInformation,
  _decisions: unknown,
  { missing, extra }: LevelDifference,
): LevelDifference {
  let left = { missing, extra };
  const optional = configuration.constraints.filter(
    (each) =>
      each.kind === 'colocation' &&
      /^(Master|Promoted)$/.test(each.role ?? '') &&
      !/INF/.test(each.score ?? ''),
  );
  for (const resource of configuration.resources) {
    if (!optional.some((each) => each.kind === 'colocation' && each.resource === resource.id)) continue;
    if (resource.kind !== 'clone') continue;
    const isRole = aboutRoles(resource);
    // Started in 2.1.5 where it is promoted at once in 2026.
    const started = left.extra.map((fact) => fact.replace(/^\*Promote(\S+)\(Stopped->Promoted/, '*Start$1('));
    left = {
      missing: left.missing.filter((fact) => !isRole(fact) && !started.includes(fact)),
      extra: left.extra.filter((fact) => !isRole(fact)),
    };
  }
  return left;
}

/** Promotion and demotion, and monitors of the role. */
function aboutRoles(clone: Clone): (fact: string) => boolean {
  const about = factAbout(clone);
  return (fact) =>
    about.test(fact) && /^\*(Promote|Demote)|_(promote|demote|promoted|demoted|monitor)_\d/.test(fact);
}

import type { ClusterInformation, Resource } from '@holdfast/model';
import type { LevelDifference } from '../levels.ts';
import { namesOf } from './affected-resources.ts';
import { factAbout, factInside, readInstanceDecision } from './instance-decisions.ts';

/**
 * Facts without those about roles of a clone whose promoted role is optionally colocated with something: in 2026 that
 * counts for promotion (cases coloc-optional-promoted-dependent-*), in 2.1.5 only mandatory colocations do. Where the
 * instances are is the same.
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
    const about = factAboutInstances(resource);
    const names = namesOf(resource);
    if (about === undefined) continue;
    const plain = (facts: readonly string[]): string[] =>
      facts.flatMap((fact) => (about.test(fact) ? withoutRole(names, fact) : [fact]));
    left = subtract(plain(left.missing), plain(left.extra));
  }
  return left;
}

function factAboutInstances(resource: Resource): RegExp | undefined {
  if (resource.kind === 'clone') return factAbout(resource);
  return resource.kind === 'bundle' ? factInside(resource) : undefined;
}

/** A fact about an instance without its number and role; nothing if it is only about the role. */
function withoutRole(names: readonly string[], fact: string): string[] {
  if (/_(promote|demote|promoted|demoted|monitor)_\d/.test(fact)) return [];
  const name = names.find((each) => readInstanceDecision(`${each}:\\d+`, fact) !== undefined);
  const decision = name === undefined ? undefined : readInstanceDecision(`${name}:\\d+`, fact);
  if (decision === undefined) return [fact.replace(/:\d+/g, ':N')];
  const { verb, from, to, rest } = decision;
  if (verb === 'Promote' || verb === 'Demote') {
    // At once with the start, or nothing but the role.
    if (from?.node === to?.node) return [];
    return [`*Start${name}:N(${to?.node})${rest.replace(/\W/g, '')}`];
  }
  return [
    `*${verb}${name}:N(${from?.node}->${to?.node})${rest.replace(/\W/g, '')}`.replace(/undefined->/, ''),
  ];
}

function subtract(missing: readonly string[], extra: readonly string[]): LevelDifference {
  const rest = [...extra];
  const unmatched = missing.filter((fact) => {
    const at = rest.indexOf(fact);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return { missing: unmatched, extra: rest };
}

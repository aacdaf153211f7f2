import type { ClusterInformation } from '@holdfast/model';
import type { LevelDifference } from '../levels.ts';
import { isAbout } from './affected-resources.ts';
import type { Comparison } from './compare-clusters.ts';
import { REASONS, type Reason } from './reasons.ts';
import type { DecisionDifference } from './shuffled-instances.ts';

/** What remains of a difference without the facts that have a reason. */
export interface Judged {
  /** The facts without reason at the first level that has some. */
  readonly unexplained: (Comparison & { readonly left: LevelDifference }) | undefined;
  readonly reasons: readonly string[];
}

/** Goes through the levels, the decisions first, until one has facts that no reason accounts for. */
export function judge(cluster: ClusterInformation, comparisons: readonly Comparison[]): Judged {
  const reasons = new Set<string>();
  const decided = comparisons.find(({ level }) => level === 1);
  const decisions = { missing: [], extra: [], ...decided?.difference, expected: decided?.expected ?? [] };
  for (const comparison of comparisons) {
    const left = withoutReasons(cluster, decisions, comparison, reasons);
    if (size(left) > 0) return { unexplained: { ...comparison, left }, reasons: [...reasons] };
  }
  return { unexplained: undefined, reasons: [...reasons] };
}

function size({ missing, extra }: LevelDifference): number {
  return missing.length + extra.length;
}

/** What of a difference no reason accounts for; notes the reasons that account for something. */
function withoutReasons(
  cluster: ClusterInformation,
  decisions: DecisionDifference,
  comparison: Comparison,
  found: Set<string>,
): LevelDifference {
  let left = comparison.difference;
  for (const reason of REASONS) {
    if (size(left) === 0) return left;
    if (!reason.applies(cluster)) continue;
    const before = size(left);
    left = withoutReason(cluster, decisions, comparison, { reason, left });
    if (size(left) < before) found.add(reason.name);
  }
  return left;
}

function withoutReason(
  cluster: ClusterInformation,
  decisions: DecisionDifference,
  comparison: Comparison,
  { reason, left }: { reason: Reason; left: LevelDifference },
): LevelDifference {
  const { facts, resources, common, without } = reason;
  let rest = left;
  if (facts !== undefined || resources !== undefined) {
    const names = resources && withSets(cluster, resources(cluster, comparison.decisions));
    const unexplained = (sign: string) => (fact: string) =>
      facts?.test(`${sign} ${fact}`) === false || (names !== undefined && !isAbout(fact, names));
    rest = { missing: rest.missing.filter(unexplained('-')), extra: rest.extra.filter(unexplained('+')) };
  }
  if (common !== undefined) rest = withoutCommon(rest, common);
  return without === undefined ? rest : without(cluster, decisions, rest);
}

/** With the marks of sets of orders that have one of the resources: these are named after the constraint. */
function withSets({ configuration }: ClusterInformation, names: ReadonlySet<string>): ReadonlySet<string> {
  const marks = configuration.constraints.flatMap((each) =>
    each.kind === 'order' && each.sets.some(({ members }) => members.some((name) => names.has(name)))
      ? [`one-or-more:${each.id}`]
      : [],
  );
  return new Set([...names, ...marks]);
}

function withoutCommon(
  { missing, extra }: LevelDifference,
  common: (fact: string) => string,
): LevelDifference {
  const left = [...extra];
  const unmatched = missing.filter((fact) => {
    const at = left.findIndex((other) => common(other) === common(fact));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return { missing: unmatched, extra: left };
}

import type { ClusterInformation } from '@holdfast/model';
import type { LevelDifference } from '../levels.ts';
import type { Comparison } from './compare-clusters.ts';
import { withoutShuffles } from './shuffled-instances.ts';

/**
 * Why an answer may differ from that of the installed reference (2.1.5): its age. For each of these the answers of 2026
 * in the conformance folders, which have the last word, show the newer behaviour.
 */
export interface Reason {
  readonly name: string;
  /** What of the cluster the difference comes from; without it the reason cannot hold. */
  applies(cluster: ClusterInformation): boolean;
  /** The facts that differ because of it, as `- FACT` (the reference's) or `+ FACT` (ours). */
  readonly facts?: RegExp;
  /** What both versions' facts have in common: the reference's and ours that are the same by it are no difference. */
  readonly common?: (fact: string) => string;
  /** What is left of a difference of any level, given that of the decisions. */
  readonly without?: (
    cluster: ClusterInformation,
    decisions: LevelDifference,
    left: LevelDifference,
  ) => LevelDifference;
}

/** Whether an attribute of that name and value is anywhere in the configuration. */
function has(cluster: ClusterInformation, name: string, value = '[^"]*'): boolean {
  return new RegExp(`"name":"${name}","value":"${value}"`).test(JSON.stringify(cluster.configuration));
}

function hasPromotableGroup({ configuration }: ClusterInformation): boolean {
  return configuration.resources.some(
    (resource) =>
      resource.kind === 'clone' &&
      resource.child.kind === 'group' &&
      resource.meta.some(({ pairs }) =>
        pairs.some(({ name, value }) => name === 'promotable' && value === 'true'),
      ),
  );
}

export const REASONS: readonly Reason[] = [
  {
    name: 'notifications of a stop by fencing are named after the fencing (2.1.5: after the stop)',
    applies: (cluster) => has(cluster, 'notify', 'true'),
    facts: /^[-+] pseudo_event \S+_(post_notify_(stop|stonith)|confirmed-post_notify_stonith|notified)_0 /,
  },
  {
    name: 'replicas of bundles are nodes whose room is waited for (2.1.5: only nodes that have one)',
    applies: (cluster) => has(cluster, 'placement-strategy'),
    facts: /^\+ pseudo_event load_stopped_/,
  },
  {
    name: 'started members of cloned groups count as unpromoted, as other instances do (2.1.5: as started)',
    applies: hasPromotableGroup,
    common: (decision) => decision.replace(/(Started|Unpromoted)(->)?/g, ''),
  },
  {
    name: 'active instances stay, new ones take the better node (2.1.5: the active one moves there)',
    applies: ({ configuration }) => configuration.resources.some(({ kind }) => kind === 'clone'),
    without: withoutShuffles,
  },
];

/** A difference, or what is left of it, without the facts that have a reason. */
export interface Judged {
  /** At the first level that has facts without reason. */
  readonly unexplained: Comparison | undefined;
  readonly reasons: readonly string[];
}

/** Goes through the levels, the decisions first, until one has facts that no reason accounts for. */
export function judge(cluster: ClusterInformation, comparisons: readonly Comparison[]): Judged {
  const reasons = new Set<string>();
  const decisions = comparisons.find(({ level }) => level === 1)?.difference ?? { missing: [], extra: [] };
  for (const comparison of comparisons) {
    const left = withoutReasons(cluster, decisions, comparison.difference, reasons);
    if (size(left) > 0) return { unexplained: comparison, reasons: [...reasons] };
  }
  return { unexplained: undefined, reasons: [...reasons] };
}

function size({ missing, extra }: LevelDifference): number {
  return missing.length + extra.length;
}

/** What of a difference no reason accounts for; notes the reasons that account for something. */
function withoutReasons(
  cluster: ClusterInformation,
  decisions: LevelDifference,
  difference: LevelDifference,
  found: Set<string>,
): LevelDifference {
  let left = difference;
  for (const { name, applies, facts, common, without } of REASONS) {
    if (!applies(cluster)) continue;
    const before = size(left);
    if (facts !== undefined) {
      left = {
        missing: left.missing.filter((fact) => !facts.test(`- ${fact}`)),
        extra: left.extra.filter((fact) => !facts.test(`+ ${fact}`)),
      };
    }
    if (common !== undefined) left = withoutCommon(left, common);
    if (without !== undefined) left = without(cluster, decisions, left);
    if (size(left) < before) found.add(name);
  }
  return left;
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

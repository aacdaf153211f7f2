import type { ClusterInformation } from '@holdfast/model';
import type { Comparison } from './compare-clusters.ts';

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
];

/** A difference, or what is left of it, without the facts that have a reason. */
export interface Judged {
  /** At the first level that has facts without reason. */
  readonly unexplained: Comparison | undefined;
  readonly reasons: readonly string[];
}

/** Goes through the levels until one has facts that no reason accounts for. */
export function judge(cluster: ClusterInformation, comparisons: readonly Comparison[]): Judged {
  const reasons = new Set<string>();
  for (const comparison of comparisons) {
    const found = reasonsOf(cluster, comparison);
    if (found === undefined) return { unexplained: comparison, reasons: [...reasons] };
    for (const reason of found) reasons.add(reason);
  }
  return { unexplained: undefined, reasons: [...reasons] };
}

/** The reasons that together account for every fact of a difference; undefined if some fact has none. */
function reasonsOf(cluster: ClusterInformation, { difference }: Comparison): string[] | undefined {
  const found = new Set<string>();
  let missing = [...difference.missing];
  let extra = [...difference.extra];
  for (const { name, applies, facts, common } of REASONS) {
    if (!applies(cluster)) continue;
    const before = missing.length + extra.length;
    if (facts !== undefined) {
      missing = missing.filter((fact) => !facts.test(`- ${fact}`));
      extra = extra.filter((fact) => !facts.test(`+ ${fact}`));
    }
    if (common !== undefined) [missing, extra] = withoutCommon(missing, extra, common);
    if (missing.length + extra.length < before) found.add(name);
  }
  return missing.length + extra.length === 0 ? [...found] : undefined;
}

function withoutCommon(
  missing: readonly string[],
  extra: readonly string[],
  common: (fact: string) => string,
): [string[], string[]] {
  const left = [...extra];
  const unmatched = missing.filter((fact) => {
    const at = left.findIndex((other) => common(other) === common(fact));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [unmatched, left];
}

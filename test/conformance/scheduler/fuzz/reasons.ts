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
  readonly facts: RegExp;
}

/** Whether an attribute of that name and value is anywhere in the configuration. */
function has(cluster: ClusterInformation, name: string, value = '[^"]*'): boolean {
  return new RegExp(`"name":"${name}","value":"${value}"`).test(JSON.stringify(cluster.configuration));
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
];

/** The reasons that together account for every fact of a difference; undefined if some fact has none. */
export function reasonsOf(cluster: ClusterInformation, { difference }: Comparison): string[] | undefined {
  const applicable = REASONS.filter((reason) => reason.applies(cluster));
  const facts = [
    ...difference.missing.map((fact) => `- ${fact}`),
    ...difference.extra.map((fact) => `+ ${fact}`),
  ];
  const found = facts.map((fact) => applicable.find((reason) => reason.facts.test(fact)));
  if (found.includes(undefined)) return undefined;
  return [...new Set(found.map((reason) => reason?.name ?? ''))];
}

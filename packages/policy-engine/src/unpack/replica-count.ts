import { type Bundle, LIMITS } from '@holdfast/model';
import { integerOr } from './option-values.ts';
import type { UnpackContext } from './unpack-context.ts';

/**
 * Number of replicas of a bundle: `replicas`, else `promoted-max`, else 1. Bounded over all bundles, because each may
 * be a node, and every resource has a place for every node.
 */
export function replicaCount(context: UnpackContext, bundle: Bundle): number {
  const known = context.replicaCounts.get(bundle.id);
  if (known !== undefined) return known;
  const { attributes } = bundle.container;
  const promotedMax = integerOr(attributes['promoted-max'] ?? attributes.masters, 0);
  const wanted = Math.max(1, integerOr(attributes.replicas, promotedMax > 0 ? promotedMax : 1));
  let left: number = LIMITS.replicasTogether;
  for (const made of context.replicaCounts.values()) left -= made;
  const count = Math.max(1, Math.min(wanted, left, LIMITS.replicas));
  context.replicaCounts.set(bundle.id, count);
  if (count < wanted) {
    context.state.warnings.push(`${bundle.id}: of ${wanted} replicas only ${count} are considered`);
  }
  return count;
}

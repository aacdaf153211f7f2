import { type Clone, LIMITS } from '@holdfast/model';
import type { UnpackContext } from './unpack-context.ts';

/**
 * How many instances of a clone are made of those that are asked for. Bounded, because
 * each takes memory and time on every node whether it can run or not, and nothing else bounds the number.
 */
export function boundedInstances(context: UnpackContext, clone: Clone, wanted: number): number {
  const { id, child } = clone;
  const members = child.kind === 'group' ? Math.max(1, child.members.length) : 1;
  const left = Math.floor((LIMITS.instancesTogether - context.instancesMade) / members);
  const most = Math.max(context.nodesSeen, Math.floor(LIMITS.instances / members));
  const made = Math.max(0, Math.min(wanted, most, left));
  context.instancesMade += made * members;
  if (made < wanted) context.state.warnings.push(`${id}: of ${wanted} instances only ${made} are considered`);
  return made;
}

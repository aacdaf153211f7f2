import { LIMITS } from '@holdfast/model';
import type { ClusterState } from '../../state/cluster-state.ts';

/**
 * Whether a constraint may still be written out for so many resources or pairs of them. Sets, tags and patterns name
 * many with few words: of two sets of 10,000 each, every one waits for each of the other. What would be more than all
 * memory is left out, with a warning that names the constraint.
 */
export function affordPairs(state: ClusterState, constraintId: string, pairs: number): boolean {
  if (state.constrainedPairs + pairs > LIMITS.constrainedPairs) {
    state.warnings.push(
      `Ignoring (part of) constraint '${constraintId}' because all constraints together would relate more than ` +
        `${LIMITS.constrainedPairs} resources or pairs of resources`,
    );
    return false;
  }
  state.constrainedPairs += pairs;
  return true;
}

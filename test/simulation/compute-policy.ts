import type { ClusterInformation } from '@holdfast/model';
import { failedPolicyAnswer, type PolicyAnswer, policyAnswer } from '@holdfast/node';
import { computeTransition } from '@holdfast/policy-engine';

/** The policy engine as the daemon's worker runs it. */
export function computePolicy(input: ClusterInformation): PolicyAnswer {
  try {
    return policyAnswer(computeTransition(input, { explain: true, scores: false, awaitStarts: true }));
  } catch (error) {
    return failedPolicyAnswer(error);
  }
}

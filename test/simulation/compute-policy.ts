import type { ClusterInformation } from '@holdfast/model';
import { failedPolicyAnswer, type PolicyAnswer, policyAnswer } from '@holdfast/node';
import { computeTransition, RUNNING_CLUSTER } from '@holdfast/policy-engine';

/** The policy engine as the daemon's worker runs it. */
export function computePolicy(input: ClusterInformation): PolicyAnswer {
  try {
    return policyAnswer(computeTransition(input, RUNNING_CLUSTER));
  } catch (error) {
    return failedPolicyAnswer(error);
  }
}

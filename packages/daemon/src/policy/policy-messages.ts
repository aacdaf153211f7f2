import type { ClusterInformation } from '@holdfast/model';
import type { PolicyAnswer } from '@holdfast/node';

/** From the daemon to the policy thread. */
export interface PolicyJob {
  readonly token: number;
  readonly input: ClusterInformation;
}

/** From the policy thread to the daemon. */
export interface PolicyJobDone {
  readonly token: number;
  readonly result: PolicyAnswer;
  readonly durationMs: number;
}

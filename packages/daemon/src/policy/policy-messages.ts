import type { ClusterInformation } from '@holdfast/model';
import type { PolicyAnswer } from '@holdfast/node';
import type { SentLists } from './configuration-transfer.ts';

/** From the daemon to the policy thread. */
export interface PolicyJob {
  readonly token: number;
  readonly input: Omit<ClusterInformation, 'configuration'>;
  readonly lists: SentLists;
}

/** From the policy thread to the daemon. */
export interface PolicyJobDone {
  readonly token: number;
  readonly result: PolicyAnswer;
  readonly durationMs: number;
}

import type { ResourceHistory } from '@holdfast/model';
import type { OperationDigests } from './operation-digests.ts';

/**
 * What a later life of this member may know of a resource: the parameters with which it was started. Never whether it
 * runs, nor what failed last: a probe finds that out, and what it finds is newer than any record.
 */
export interface RememberedResource extends Pick<ResourceHistory, 'id' | 'class' | 'provider' | 'type'> {
  readonly started: OperationDigests;
}

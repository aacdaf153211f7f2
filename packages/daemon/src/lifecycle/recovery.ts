import { HoldfastError } from '@holdfast/model';
import type { StoredState } from '@holdfast/ports';
import type { ApiResponse, StatusReport } from '@holdfast/protocol';

/** Record of a member that a forced recovery left behind: the cluster's identity now. */
export const BARRED_KEY = 'barred';

/** @throws HoldfastError MEMBER_BARRED when the store is that of a member that was left behind (rule 10) */
export function refuseBarred(stored: StoredState, stateDir: string): void {
  const cluster = stored.records.get(BARRED_KEY);
  if (typeof cluster === 'string') throw new HoldfastError('MEMBER_BARRED', { cluster, stateDir });
}

/**
 * Rule 10: a forced recovery is for a member that is alone. One that hears others, or a leader, has another way.
 *
 * @throws HoldfastError RECOVERY_REFUSED
 */
export function refuseNeedlessRecovery(self: string, survivor: string, status: ApiResponse): void {
  if (survivor !== self) {
    throw new HoldfastError('RECOVERY_REFUSED', {
      problem: `this is ${self}; ask the daemon of ${survivor}`,
    });
  }
  if (!status.ok) return;
  const { leader, quorate, nodes } = status.value as StatusReport;
  if (leader !== null || quorate) {
    throw new HoldfastError('RECOVERY_REFUSED', { problem: 'it has a majority, or a leader is known' });
  }
  if (!nodes.some(({ name, voter }) => name === self && voter)) {
    throw new HoldfastError('RECOVERY_REFUSED', { problem: `${self} has no vote` });
  }
  const heard = nodes.filter(({ name, links }) => name !== self && links.some(({ up }) => up));
  if (heard.length === 0) return;
  const names = heard.map(({ name }) => name).join(', ');
  throw new HoldfastError('RECOVERY_REFUSED', { problem: `${names} can be heard, so is not gone` });
}

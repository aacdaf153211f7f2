/**
 * What messages of one cluster carry (rule 1): its UUID, and after a forced recovery (rule 10) `UUID+EPOCH`. Everything
 * that compares identities compares the whole text, so that an old epoch is as foreign as another cluster.
 */
const SEPARATOR = '+';

/** How often the cluster was recovered by force; 0 for one that never was. */
export function epochOf(identity: string): number {
  const epoch = Number(identity.split(SEPARATOR)[1] ?? '0');
  return Number.isSafeInteger(epoch) && epoch > 0 ? epoch : 0;
}

/** The identity after the next forced recovery. */
export function raiseEpoch(identity: string): string {
  return `${uuidOf(identity)}${SEPARATOR}${epochOf(identity) + 1}`;
}

/** Whether `theirs` is this very cluster as it was before a forced recovery that `ours` has been through. */
export function isBarredBy(theirs: string, ours: string): boolean {
  return uuidOf(theirs) === uuidOf(ours) && epochOf(theirs) < epochOf(ours);
}

function uuidOf(identity: string): string {
  return identity.split(SEPARATOR)[0] ?? identity;
}

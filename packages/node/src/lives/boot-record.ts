/** Key of the record that says since when this boot of the machine lasts. */
export const BOOT_KEY = 'boot';

/** What a store keeps of the boot of its machine. */
export interface BootRecord {
  readonly bootId: string;
  /** First life on this boot; 0: there may have been earlier ones. */
  readonly since: number;
}

/**
 * The record for a life that begins now. Whatever earlier lives had running ended with their boot, so the first life
 * of a boot has to be right: in doubt it is 0.
 *
 * @param bootId empty when the host cannot tell
 */
export function bootRecord(stored: unknown, bootId: string, incarnation: number): BootRecord {
  const before = stored as BootRecord | undefined;
  if (bootId === '') return { bootId, since: 0 };
  if (before?.bootId === bootId) return before;
  // A store from before there were such records may have had lives on this very boot.
  const isCertain = before === undefined ? incarnation === 1 : before.bootId !== '';
  return { bootId, since: isCertain ? incarnation : 0 };
}

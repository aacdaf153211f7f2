import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const STAMP = '.boot-id';
const BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id';

/**
 * Makes the folder where agents keep state (HA_RSCTMP), and empties it when the host was booted since it was used last.
 * Agents rely on it being lost with the host, as /run is: a state file that survives would tell a probe that a resource
 * runs which the boot has ended. @throws Error when the folder cannot be made
 */
export async function prepareRunFolder(folder: string, bootIdFile = BOOT_ID_FILE): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const bootId = await readFile(bootIdFile, 'utf8').catch(() => undefined);
  // Without a boot id the folder has to be one that does not survive a boot.
  if (bootId === undefined) return;
  const stamp = await readFile(join(folder, STAMP), 'utf8').catch(() => undefined);
  if (stamp === bootId) return;
  if (stamp !== undefined) {
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
  }
  await writeFile(join(folder, STAMP), bootId);
}

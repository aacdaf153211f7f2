import { readFileSync } from 'node:fs';

/** The kernel's name for the present boot of this machine; empty where there is none (other systems than Linux). */
export function readBootId(path = '/proc/sys/kernel/random/boot_id'): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

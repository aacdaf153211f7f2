import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Gives up protection from the kernel's out-of-memory killer that the daemon's unit gave this process: what it starts
 * inherits the value, and a database that eats the machine's memory must not be spared in favour of everything else.
 * Returns why that failed, if it did.
 */
export function giveUpMemoryProtection(scoreFile = '/proc/self/oom_score_adj'): string | undefined {
  try {
    if (Number(readFileSync(scoreFile, 'utf8')) < 0) writeFileSync(scoreFile, '0');
    return undefined;
  } catch (error) {
    return `agents keep the daemon's out-of-memory score: ${String(error)}`;
  }
}

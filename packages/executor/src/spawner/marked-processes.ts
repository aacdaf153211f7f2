import { readdirSync, readFileSync } from 'node:fs';
import { OPERATION_MARK } from './spawn-protocol.ts';

/** A process as the kernel shows it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly groupId: number;
  /** Value of OPERATION_MARK in the environment it was started with. */
  readonly mark: string | undefined;
  /** In uninterruptible sleep: its environment was not read, since that read can hang for as long as the sleep. */
  readonly uninterruptible: boolean;
}

const PREFIX = `${OPERATION_MARK}=`;

/**
 * All living processes of this host with their group and operation mark; undefined where there is no /proc.
 * Zombies are left out: they run no code, and in a container nobody may ever collect them.
 */
export function listProcesses(procFolder = '/proc'): ProcessEntry[] | undefined {
  let names: string[];
  try {
    names = readdirSync(procFolder);
  } catch {
    return undefined;
  }
  const entries: ProcessEntry[] = [];
  for (const name of names) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const entry = readEntry(procFolder, pid);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

function readEntry(procFolder: string, pid: number): ProcessEntry | undefined {
  try {
    const stat = readFileSync(`${procFolder}/${pid}/stat`, 'latin1');
    // The command name in parentheses may itself hold spaces and parentheses, so fields are counted after the last.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 3);
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const uninterruptible = fields[0] === 'D';
    const mark = uninterruptible ? undefined : readMark(procFolder, pid);
    return { pid, groupId: Number(fields[2]), mark, uninterruptible };
  } catch {
    return undefined;
  }
}

function readMark(procFolder: string, pid: number): string | undefined {
  try {
    const environment = readFileSync(`${procFolder}/${pid}/environ`, 'latin1');
    const start = environment.startsWith(PREFIX) ? 0 : environment.indexOf(`\0${PREFIX}`) + 1;
    if (start === 0 && !environment.startsWith(PREFIX)) return undefined;
    const end = environment.indexOf('\0', start);
    return environment.slice(start + PREFIX.length, end < 0 ? undefined : end);
  } catch {
    return undefined;
  }
}

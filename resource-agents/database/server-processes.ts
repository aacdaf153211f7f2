import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findProcess } from '@holdfast/agent-sdk';

/** Pid of the server on a data directory, if it lives: the first line of its own lock file. */
export function postmasterPid(pgdata: string): number | undefined {
  const pid = lockHolder(join(pgdata, 'postmaster.pid'));
  // A crash leaves the file, and the pid may be another's by now.
  return pid !== undefined && findProcess(pid) !== undefined && isOfServer(pid, pgdata) ? pid : undefined;
}

/**
 * Pids of all processes of the server, also of those that outlive a killed one for a while. Only they run its program
 * in its data directory. Where that cannot be looked at any more (its disk has failed, or it was unmounted below the
 * server) the first process shows by its command line which one it has, and the others are where it is.
 */
export function serverProcesses(pgdata: string): number[] {
  if (!hasProc()) return [postmasterPid(pgdata)].filter((pid) => pid !== undefined);
  const servers = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && isServer(pid));
  const told = new Set(servers.filter((pid) => dataDirectoryOf(pid) === pgdata));
  const folders = new Set([pgdata, ...[...told].map(folderOf)].map(fileId).filter((id) => id !== undefined));
  return servers.filter((pid) => told.has(pid) || folders.has(fileId(folderOf(pid)) ?? ''));
}

/**
 * What a killed server left would keep a new one from starting if its pid were another's by now, or a zombie's that nobody
 * collects. The caller has made sure that no process of the server on this data directory lives; the lock of the socket
 * may be that of another server, so its process is looked at.
 */
export function removeStaleLocks(pgdata: string, socketFolder: string, port: number): void {
  rmSync(join(pgdata, 'postmaster.pid'), { force: true });
  const lock = join(socketFolder, `.s.PGSQL.${port}.lock`);
  const pid = lockHolder(lock);
  if (pid !== undefined && (findProcess(pid) === undefined || !runsServer(pid)))
    rmSync(lock, { force: true });
}

/** Whether a living process runs the server's program. */
export function isServer(pid: number): boolean {
  return runsServer(pid) && findProcess(pid) !== undefined;
}

/** Sends a signal to processes of the server. */
export function signalAll(pids: Iterable<number>, signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}

function lockHolder(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8').split('\n')[0]);
    return pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process runs the server's program in this data directory, or was told so at its start. */
function isOfServer(pid: number, pgdata: string): boolean {
  if (!hasProc()) return true;
  if (!runsServer(pid)) return false;
  const own = fileId(pgdata);
  return dataDirectoryOf(pid) === pgdata || (own !== undefined && fileId(folderOf(pid)) === own);
}

function folderOf(pid: number): string {
  return `/proc/${pid}/cwd/.`;
}

/** What a file is the same by, whatever its path; undefined where it cannot be looked at. */
function fileId(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/** The data directory that a server was told at its start; only its first process shows it. */
function dataDirectoryOf(pid: number): string | undefined {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const at = words.indexOf('-D');
    return at < 0 ? undefined : words[at + 1];
  } catch {
    return undefined;
  }
}

/** Whether a process runs the program of PostgreSQL's server; taken for true where that cannot be seen. */
function runsServer(pid: number): boolean {
  if (!hasProc()) return true;
  try {
    // An upgrade may have replaced the file meanwhile.
    return /\/postgres( \(deleted\))?$/.test(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return false;
  }
}

function hasProc(): boolean {
  return existsSync('/proc/self/cwd');
}

import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { findProcess } from '@holdfast/agent-sdk';

/** Pid of the server on a data directory, if it lives: the first line of its own lock file. */
export function postmasterPid(pgdata: string): number | undefined {
  const pid = lockHolder(join(pgdata, 'postmaster.pid'));
  // A crash leaves the file, and the pid may be another's by now.
  return pid !== undefined && findProcess(pid) !== undefined && isOfServer(pid, pgdata) ? pid : undefined;
}

/** Pids of all processes of the server, also of those that outlive a killed one for a while. */
export function serverProcesses(pgdata: string): number[] {
  if (!hasProc()) return [postmasterPid(pgdata)].filter((pid) => pid !== undefined);
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 1 && isOfServer(pid, pgdata) && findProcess(pid) !== undefined);
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

/** Sends a signal to processes of the server. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
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

/** Only processes of a server have its data directory as their own and its program as theirs. */
function isOfServer(pid: number, pgdata: string): boolean {
  if (!hasProc()) return true;
  try {
    const [own, theirs] = [statSync(pgdata), statSync(`/proc/${pid}/cwd/.`)];
    return own.ino === theirs.ino && own.dev === theirs.dev && runsServer(pid);
  } catch {
    return false;
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

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A living process of this host. Zombies are left out: they run no code. */
export interface HostProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
  /** Differs between two processes that had the same pid one after the other. */
  readonly startedAt: string;
}

const PS_TIMEOUT_MS = 5000;

/** All processes of this host, by /proc where there is one, else by ps. */
export function listProcesses(): HostProcess[] {
  return hasProc() ? listByProc() : listByPs();
}

/** One process, if it lives. */
export function findProcess(pid: number): HostProcess | undefined {
  return hasProc() ? readProc(pid) : listByPs(pid)[0];
}

/**
 * Pids of the processes that were started with this variable of this value in their environment, directly or by a
 * parent. A program can wipe its environment, so other traces should be followed as well.
 */
export function findByEnvironment(name: string, value: string): number[] {
  const wanted = `${name}=${value}`;
  if (!hasProc()) return findByPsEnvironment(wanted);
  return procPids().filter((pid) => {
    try {
      return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${wanted}\0`) && readProc(pid);
    } catch {
      return false;
    }
  });
}

function hasProc(): boolean {
  return existsSync('/proc/self/stat');
}

function procPids(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid));
}

function listByProc(): HostProcess[] {
  return procPids()
    .map(readProc)
    .filter((each) => each !== undefined);
}

function readProc(pid: number): HostProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything, so the fields are counted after its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return {
      pid,
      parentPid: Number(fields[1]),
      groupId: Number(fields[2]),
      sessionId: Number(fields[3]),
      startedAt: `${fields[19]} ${bootId()}`.trim(),
    };
  } catch {
    return undefined;
  }
}

let knownBootId: string | undefined;

/** The kernel counts start times from its boot, so they only differ together with the boot. */
function bootId(): string {
  if (knownBootId === undefined) {
    try {
      knownBootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    } catch {
      knownBootId = '';
    }
  }
  return knownBootId;
}

function ps(args: readonly string[]): string[] {
  try {
    const output = execFileSync('ps', args, {
      encoding: 'utf8',
      timeout: PS_TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return output.split('\n').filter((line) => line.trim() !== '');
  } catch {
    return [];
  }
}

/** As listProcesses(), for systems without /proc. */
export function listByPs(pid?: number): HostProcess[] {
  const which = pid === undefined ? ['-ax'] : ['-p', String(pid)];
  return ps([...which, '-o', 'pid=,ppid=,pgid=,stat=,lstart=']).flatMap((line) => {
    const [own, parent, group, state = '', ...started] = line.trim().split(/\s+/);
    if (state.startsWith('Z')) return [];
    // ps of macOS cannot print session ids; the group is the nearest thing.
    const ids = {
      pid: Number(own),
      parentPid: Number(parent),
      groupId: Number(group),
      sessionId: Number(group),
    };
    return [{ ...ids, startedAt: started.join(' ') }];
  });
}

function findByPsEnvironment(wanted: string): number[] {
  return ps(['-axEww', '-o', 'pid=,command='])
    .filter((line) => `${line} `.includes(` ${wanted} `))
    .map((line) => Number.parseInt(line, 10));
}

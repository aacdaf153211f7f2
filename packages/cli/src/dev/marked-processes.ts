import { readdirSync, readFileSync } from 'node:fs';

/** A process started by, or as, a development daemon. */
export interface MarkedProcess {
  readonly pid: number;
  /** Its HOLDFAST_DEV_NODE. */
  readonly marker: string;
  /** Its OCF_RESOURCE_INSTANCE, when an agent started it. */
  readonly resource: string | null;
}

/** Processes whose HOLDFAST_DEV_NODE is one of the markers, by the environment they were started with. */
export function listMarkedProcesses(markers: readonly string[]): MarkedProcess[] {
  const found: MarkedProcess[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const environment = readEnvironment(Number(entry));
    const marker = variableOf(environment, 'HOLDFAST_DEV_NODE');
    if (marker === null || !markers.includes(marker)) continue;
    found.push({ pid: Number(entry), marker, resource: variableOf(environment, 'OCF_RESOURCE_INSTANCE') });
  }
  return found;
}

/** Sends a signal; a process that has ended meanwhile is as good as signalled. Returns whether it was there. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

function readEnvironment(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    return [];
  }
}

function variableOf(environment: readonly string[], name: string): string | null {
  const entry = environment.find((item) => item.startsWith(`${name}=`));
  return entry === undefined ? null : entry.slice(name.length + 1);
}

import { listProcesses, type ProcessEntry } from './marked-processes.ts';

/** The processes that belong to one operation: its process group, and those that left it but carry its mark. */
export interface OperationScope {
  readonly groupId: number;
  readonly mark: string;
  /** Processes seen to belong to the operation before; kept so that one in uninterruptible sleep is not forgotten. */
  readonly known: Set<number>;
}

/** Access to the processes of this host; an interface so that escalation can be tested without unkillable processes. */
export interface ProcessControl {
  /** Ids of the living processes in scope. */
  members(scope: OperationScope): number[];
  /** Sends a signal to the group and to every process in scope outside it. */
  signal(scope: OperationScope, signal: NodeJS.Signals): void;
  /** Sends a signal to the group alone. */
  signalGroup(groupId: number, signal: NodeJS.Signals): void;
}

/** The processes of this host: by /proc on Linux, by process group alone elsewhere. */
export const hostProcesses: ProcessControl = {
  members(scope) {
    const all = listProcesses();
    if (all === undefined) return groupExists(scope.groupId) ? [scope.groupId] : [];
    const members: number[] = [];
    for (const entry of all) {
      if (!belongs(entry, scope)) continue;
      scope.known.add(entry.pid);
      members.push(entry.pid);
    }
    return members;
  },
  signal(scope, signal) {
    const all = listProcesses() ?? [];
    hostProcesses.signalGroup(scope.groupId, signal);
    // One signal each: some programs take a second one for impatience.
    for (const entry of all)
      if (entry.groupId !== scope.groupId && belongs(entry, scope)) sendSignal(entry.pid, signal);
  },
  signalGroup(groupId, signal) {
    sendSignal(-groupId, signal);
  },
};

/** Kills every process that carries one of the marks; returns how many still live. */
export function killMarked(marks: readonly string[]): number {
  const wanted = new Set(marks);
  let living = 0;
  for (const entry of listProcesses() ?? []) {
    if (entry.mark === undefined || !wanted.has(entry.mark)) continue;
    living += 1;
    sendSignal(entry.pid, 'SIGKILL');
  }
  return living;
}

function belongs(entry: ProcessEntry, scope: OperationScope): boolean {
  const isKnown = entry.uninterruptible && scope.known.has(entry.pid);
  return entry.groupId === scope.groupId || entry.mark === scope.mark || isKnown;
}

function groupExists(groupId: number): boolean {
  try {
    process.kill(-groupId, 0);
    return true;
  } catch {
    return false;
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile, which is what the signal is for.
  }
}

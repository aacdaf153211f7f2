import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ControlClient } from '@holdfast/client';
import { HoldfastError } from '@holdfast/model';
import { type DevClusterRecord, type DevMember, findMember } from './dev-layout.ts';
import { listMarkedProcesses, signalProcess } from './marked-processes.ts';

/** Kills a member's daemon with SIGKILL, as a crash would; what it started is left to fencing. */
export function killMember(record: DevClusterRecord, name: string): void {
  signalDaemon(findMember(record, name), 'SIGKILL');
}

/** Freezes a member's daemon, as an overloaded or swapping machine would. */
export function pauseMember(record: DevClusterRecord, name: string): void {
  signalDaemon(findMember(record, name), 'SIGSTOP');
}

export function resumeMember(record: DevClusterRecord, name: string): void {
  signalDaemon(findMember(record, name), 'SIGCONT');
}

/** Cuts a member from all others: its daemon drops every frame, in both directions. Needs no root. */
export async function cutMember(record: DevClusterRecord, name: string): Promise<void> {
  const member = findMember(record, name);
  const others = record.members.map((other) => other.name).filter((other) => other !== name);
  await clientOf(member).development({ dropPeers: others });
}

/** Ends a cut. */
export async function healMember(record: DevClusterRecord, name: string): Promise<void> {
  await clientOf(findMember(record, name)).development({ dropPeers: [] });
}

/** Kills the processes of a resource, wherever they run, as a crash of the service would. Returns how many. */
export function failResource(record: DevClusterRecord, resource: string): number {
  const marked = listMarkedProcesses(record.members.map((member) => member.marker));
  const victims = new Set(marked.filter((found) => found.resource === resource).map((found) => found.pid));
  for (const member of record.members) for (const pid of recordedPids(member, resource)) victims.add(pid);
  const killed = [...victims].filter((pid) => signalProcess(pid, 'SIGKILL')).length;
  if (killed === 0) {
    throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'running process of resource', id: resource });
  }
  return killed;
}

/** The shipped agents record what they started in files named AGENT-RESOURCE.pid; the first line is the pid. */
function recordedPids(member: DevMember, resource: string): number[] {
  if (!existsSync(member.agentsDirectory)) return [];
  return readdirSync(member.agentsDirectory)
    .filter((name) => name.endsWith(`-${resource}.pid`))
    .map((name) => Number.parseInt(readFileSync(join(member.agentsDirectory, name), 'utf8'), 10))
    .filter((pid) => pid > 1);
}

/** Client of one member. */
export function clientOf(member: DevMember): ControlClient {
  return new ControlClient({ socketPath: member.socket, origin: 'holdfast dev' });
}

function signalDaemon(member: DevMember, signal: NodeJS.Signals): void {
  const problem = 'its daemon does not run';
  let pid: number;
  try {
    pid = Number(readFileSync(member.pidFile, 'utf8'));
  } catch {
    throw new HoldfastError('NOT_CONNECTED', { socket: member.socket, problem });
  }
  if (!signalProcess(pid, signal))
    throw new HoldfastError('NOT_CONNECTED', { socket: member.socket, problem });
}

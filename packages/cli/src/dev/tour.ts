import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StatusReport } from '@holdfast/client';
import { HoldfastError } from '@holdfast/model';
import { type DevCluster, type DevClusterOptions, startDevCluster } from './dev-cluster.ts';
import { clientOf, killMember } from './dev-faults.ts';
import { findReturnedCopies, type PollSample, ServicePoller } from './service-poller.ts';
import { statusLines } from './status-line.ts';
import { type Timeline, TimelineRecorder } from './timeline.ts';
import { waitUntil } from './wait-until.ts';

export interface TourResult {
  readonly victim: string;
  readonly survivor: string;
  readonly timeline: Timeline;
  /** From the fault to the last answer of the old copy, and to the first answer of the new one. */
  readonly lastOldAnswerMs: number;
  readonly firstNewAnswerMs: number;
  /** Proofs that two copies ran at once; must be empty. */
  readonly violations: readonly string[];
}

/** The resource whose node is killed, and whose copies are counted. */
const SERVICE = 'web';
const STEP_TIMEOUT_MS = 60_000;

/** Shows a whole failover and measures it from outside; prints through `say`. The cluster is stopped at the end. */
export async function runTour(options: DevClusterOptions, say: (line: string) => void): Promise<TourResult> {
  say('Booting three members as three real daemons, joined as in production.');
  const beganMs = performance.now();
  const cluster = await startDevCluster({ ...options, progress: (line) => say(`  ${line}`) });
  const poller = new ServicePoller({ endpoint: cluster.record.endpoint });
  try {
    poller.start();
    const before = await waitForService(cluster, poller);
    say(
      `The service answers at http://${cluster.record.endpoint}/ after ${Math.round(performance.now() - beganMs)} ms:`,
    );
    for (const line of statusLines(before)) say(`  ${line}`);
    const result = await killAndWatch(cluster, poller, before, say);
    report(result, say);
    return result;
  } finally {
    await poller.stop();
    await cluster.stop();
  }
}

async function waitForService(cluster: DevCluster, poller: ServicePoller): Promise<StatusReport> {
  return waitUntil({ operation: 'the first start of the service', timeoutMs: STEP_TIMEOUT_MS }, async () => {
    const status = await anyStatus(cluster);
    const services = status.resources.filter((resource) => !resource.agent.startsWith('stonith:'));
    const settled = services.length > 0 && services.every((resource) => resource.role === 'Started');
    return settled && poller.lastAnswer && status.transition?.state !== 'running' ? status : undefined;
  });
}

async function killAndWatch(
  cluster: DevCluster,
  poller: ServicePoller,
  before: StatusReport,
  say: (line: string) => void,
): Promise<TourResult> {
  const victim = before.resources.find((resource) => resource.id === SERVICE)?.nodes[0];
  if (!victim) throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'running resource', id: SERVICE });
  const oldCopy = poller.lastAnswer?.identity?.startId;
  const witness = cluster.record.members.find((member) => member.name !== victim);
  if (!witness) throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'second member', id: '' });
  say(`Killing the daemon of ${victim} with SIGKILL; what it started is left running, as after a crash.`);
  const faultMs = performance.now();
  const recorder = new TimelineRecorder({ victim, resource: SERVICE, faultMs, faultWallMs: Date.now() });
  killMember(cluster.record, victim);
  const stop = new AbortController();
  const watching = watchInto(recorder, witness, stop.signal);
  const found = await waitUntil(
    { operation: 'the return of the service', timeoutMs: STEP_TIMEOUT_MS, intervalMs: 10 },
    () => newAnswer(poller.samples, faultMs, oldCopy),
  );
  await waitUntil(
    { operation: `the rejoin of ${victim}`, timeoutMs: STEP_TIMEOUT_MS },
    () => recorder.timeline.rejoined,
  );
  // A second copy would show itself now at the latest: the machine that was killed runs again.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  stop.abort();
  await watching;
  const old = poller.samples.filter((sample) => sample.identity?.startId === oldCopy).at(-1);
  return {
    victim,
    survivor: found.identity?.node ?? '',
    timeline: recorder.timeline,
    lastOldAnswerMs: Math.round((old?.atMs ?? faultMs) - faultMs),
    firstNewAnswerMs: Math.round(found.atMs - faultMs),
    violations: [...findReturnedCopies(poller.samples), ...lockViolations(cluster)],
  };
}

function newAnswer(
  samples: readonly PollSample[],
  faultMs: number,
  oldCopy: string | undefined,
): PollSample | undefined {
  return samples.find(
    (sample) => sample.atMs > faultMs && sample.identity !== null && sample.identity.startId !== oldCopy,
  );
}

async function watchInto(
  recorder: TimelineRecorder,
  member: Parameters<typeof clientOf>[0],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      recorder.see(await clientOf(member).status({ timeoutMs: 1_000, signal }));
    } catch {
      // No answer just now; the next look will tell.
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function anyStatus(cluster: DevCluster): Promise<StatusReport> {
  const member = cluster.record.members[0];
  if (!member) throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'member', id: '' });
  return clientOf(member).status();
}

/** What the kernel's file lock told each copy at its start. */
function lockViolations(cluster: DevCluster): string[] {
  const path = join(cluster.record.dataDirectory, 'web', 'violations');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

function report(result: TourResult, say: (line: string) => void): void {
  const { timeline, victim, survivor } = result;
  const row = (atMs: number | undefined, what: string): void =>
    say(`  ${atMs === undefined ? '      -' : String(atMs).padStart(7)} ms  ${what}`);
  say('Timeline, from the kill:');
  row(0, `${victim}: daemon killed with SIGKILL`);
  row(timeline.detected, `the others see that ${victim} is lost`);
  row(timeline.fencingAsked, `fencing of ${victim} begins`);
  row(result.lastOldAnswerMs, 'last answer of the old copy to the outside client');
  row(timeline.fencingProven, `proof that ${victim} is dead is committed`);
  row(timeline.started, `the service is started on ${survivor}`);
  row(result.firstNewAnswerMs, `first answer of the new copy on ${survivor} to the outside client`);
  row(timeline.rejoined, `${victim} has booted and is a member again`);
  say(
    `Without service for ${Math.max(0, result.firstNewAnswerMs - Math.max(0, result.lastOldAnswerMs))} ms.`,
  );
  if (result.violations.length === 0)
    say('No second copy ever ran: neither the client nor the file lock saw one.');
  for (const violation of result.violations) say(`TWO COPIES: ${violation}`);
}

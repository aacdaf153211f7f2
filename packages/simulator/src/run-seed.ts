import type { ClusterInformation } from '@holdfast/model';
import type { PolicyAnswer } from '@holdfast/node';
import type { Finding } from './checkers/finding.ts';
import { checkSettled } from './checkers/l1-settles.ts';
import { AgentChurn } from './faults/agent-churn.ts';
import { ExtraChurn } from './faults/extra-churn.ts';
import { drawFaultSet, type FaultKind, type FaultSet } from './faults/fault-set.ts';
import { Nemesis } from './faults/nemesis.ts';
import { WorldFaultTarget } from './faults/world-target.ts';
import { Bootstrap } from './workload/bootstrap.ts';
import { type ClusterDesign, drawClusterDesign, type FixedDesign } from './workload/cluster-design.ts';
import { type ClusterShape, survives } from './workload/cluster-shape.ts';
import { drawExtras, NO_EXTRAS, withExtras } from './workload/extras.ts';
import { FinalReads } from './workload/final-reads.ts';
import { Operator } from './workload/operator.ts';
import { StatusReader } from './workload/status-reader.ts';
import { SeededRandom } from './world/random.ts';
import { HEALTHY_AGENTS } from './world/services.ts';
import { World } from './world/world.ts';

/** How one seed is run. */
export interface SeedOptions {
  readonly seed: number;
  readonly computePolicy: (input: ClusterInformation) => PolicyAnswer;
  /** Virtual minutes, the quiet phase at the end included. Default 10. */
  readonly minutes?: number;
  /** What of the cluster is not drawn from the seed. Default: nothing. */
  readonly design?: FixedDesign;
  /** Every kind of fault instead of a drawn set. Default false. */
  readonly allFaults?: boolean;
  /** These kinds of fault instead of a drawn set. */
  readonly faults?: readonly FaultKind[];
  /** A wide world: slow agents, agents that end when told to, virtual machines, watchdogs. Default false. */
  readonly wide?: boolean;
  /** Agents are removed from hosts and come back, and what may be moved alive changes. Default false. */
  readonly byHand?: boolean;
  /** Messages (a sample of the frequent ones) and disks as bytes and JSON. Default: drawn, one seed in ten. */
  readonly codec?: boolean;
  /** Lines of story kept for a failing seed. Default 0. */
  readonly traceLines?: number;
}

/** What a run of one seed came to. */
export interface SeedResult {
  readonly seed: number;
  readonly findings: readonly Finding[];
  readonly shape: ClusterShape;
  readonly faults: readonly FaultKind[];
  readonly events: number;
  readonly computations: number;
  readonly elections: number;
  readonly fencings: number;
  readonly acknowledgedWrites: number;
  /** Equal for two runs of the same seed and code. */
  readonly digest: number;
  readonly trace: readonly string[];
}

const QUIET_MS = 120_000;
const SETUP_MS = 60_000;

/** Runs one seed: a cluster comes up, is disturbed, is left in peace, and must then be as designed. */
export function runSeed(options: SeedOptions): SeedResult {
  const random = new SeededRandom(options.seed);
  const drawn = drawClusterDesign(random.fork(), options.design);
  const wide = options.wide ? drawExtras(options.seed, drawn) : undefined;
  const extras = wide?.extras ?? NO_EXTRAS;
  const design = withExtras(drawn, extras);
  const drawnCodec = random.chance(0.1);
  const world = new World({
    random: random.fork(),
    design,
    computePolicy: options.computePolicy,
    codec: options.codec ?? drawnCodec,
    traceLines: options.traceLines ?? 0,
    extras,
  });
  const faults = drawFaultSet(random.fork(), {
    all: options.allFaults ?? false,
    ...(options.faults ? { only: options.faults } : {}),
    survives: (kind) => survives(design.shape, kind),
  });
  const target = new WorldFaultTarget(world, random.fork());
  const nemesis = new Nemesis({ world: target, random: random.fork(), faults });
  const operators = ['a', 'b'].map(
    (name) =>
      new Operator({
        name,
        access: {
          hostNames: design.hostNames,
          after: (delayMs, action) => world.queue.after(delayMs, action),
          nowMs: () => world.queue.nowMs,
          request: (host, request, onAnswer) => world.request(host, request, onAnswer),
        },
        random: random.fork(),
        writes: world.checkers.writes,
        meanPauseMs: 5000,
      }),
  );
  const statusReader = new StatusReader(world, random.fork());
  const endMs = (options.minutes ?? 10) * 60_000;
  const halt = () => world.checkers.findings.length > 0;
  const bootstrap = new Bootstrap(world);
  bootstrap.start();
  world.queue.runUntil(SETUP_MS, () => halt() || bootstrap.done);
  if (!bootstrap.done && !halt())
    world.checkers.report('L1-settles', 'the cluster did not come up in a minute');
  nemesis.start();
  const isWatched = extras.slow === 0 && stopsSurely(design, faults);
  if (isWatched) world.watchLosingSides();
  for (const operator of operators) operator.start();
  statusReader.start();
  if (wide) new ExtraChurn(world, target.admin, wide.random).start(endMs - QUIET_MS);
  // A stop whose agent is missing fails, which is beyond the bounds of both.
  if (options.byHand && !isWatched && design.shape !== 'unsafe')
    new AgentChurn(world, target, options.seed).start(endMs - QUIET_MS);
  world.queue.runUntil(endMs - QUIET_MS, halt);
  nemesis.stop();
  if (!halt()) calmDown(world, target);
  world.queue.runUntil(endMs - 20_000, halt);
  for (const operator of operators) operator.stop();
  world.queue.runUntil(endMs - 5_000, halt);
  const finalReads = new FinalReads(world);
  if (!halt()) finalReads.start();
  world.queue.runUntil(endMs, halt);
  if (!halt()) finalReads.check();
  if (!halt()) checkSettled(world);
  for (const name of target.rejoining) {
    world.checkers.report('L1-settles', `${name} with its new disk was not let in again`);
  }
  return {
    seed: options.seed,
    findings: world.checkers.findings,
    shape: design.shape,
    faults: [...faults.kinds],
    events: world.queue.executed,
    computations: world.computations,
    elections: world.checkers.leaders.elections,
    fencings: world.fencing.executed,
    acknowledgedWrites: world.checkers.writes.acknowledgements,
    digest: world.trace.digest,
    trace: world.trace.lines(),
  };
}

/** The policy asks for stops, and every agent does what it is told. */
function stopsSurely({ options }: ClusterDesign, { kinds }: FaultSet): boolean {
  const policy = options.pairs.find(({ name }) => name === 'no-quorum-policy')?.value;
  const unsure = ['agentFailure', 'agentHang', 'agentGarbage', 'agentLie', 'maintenance'] as const;
  return policy === 'stop' && !unsure.some((kind) => kinds.has(kind));
}

function restartWhereHidden(world: World, target: WorldFaultTarget): void {
  for (const [name, services] of world.services) {
    if (services.hiddenResources().length > 0) target.killDaemon(name, 200);
  }
}

function calmDown(world: World, target: WorldFaultTarget): void {
  world.note('the quiet phase begins');
  target.calm = true;
  world.network.heal();
  for (const host of world.hosts.values()) {
    host.resume();
    host.diskDelayMs = 1;
    host.diskFull = false;
    world.boot(host.name);
  }
  target.disturbAgents(HEALTHY_AGENTS, 1);
  for (const services of world.services.values()) {
    services.slow = 0;
    services.uninstalled.clear();
  }
  target.disturbFencing({ failure: 0, hang: 0, late: 0, twice: 0 }, 1);
  world.observeQuorum();
  // More than once: before the last host is up again there may be no leader that could be asked.
  for (const afterMs of [15_000, 35_000, 55_000]) {
    world.queue.after(afterMs, () => {
      target.endStandby();
      target.admin.calm();
    });
  }
  // What a lying stop has left behind is found by the probes of the daemon's next life, and not before.
  world.queue.after(40_000, () => restartWhereHidden(world, target));
  for (const afterMs of [25_000, 65_000]) {
    world.queue.after(afterMs, () => {
      for (const name of world.design.hostNames) {
        world.request(name, { kind: 'cleanup', origin: 'operator' }, () => {});
      }
    });
  }
}

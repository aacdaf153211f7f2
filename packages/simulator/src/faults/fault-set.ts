import type { SeededRandom } from '../world/random.ts';

/** Kinds of trouble a seed may draw. */
export const FAULT_KINDS = [
  'killDaemon',
  'powerLoss',
  'pause',
  'partition',
  'oneWayCut',
  'ring',
  'isolate',
  'linkCut',
  'swizzleClog',
  'loss',
  'delay',
  'reorder',
  'duplicate',
  'slowDisk',
  'clockDrift',
  'wallJump',
  'serviceCrash',
  'agentFailure',
  'agentHang',
  'fenceFailure',
  'fenceHang',
  'fenceLate',
  'fenceTwice',
  'standby',
  'configuration',
  'cleanLeave',
  'replaceDisk',
  'corruptStore',
  'restoreDisk',
  'diskFull',
  'crashLoop',
  'agentGarbage',
  'agentLie',
  'bridge',
  'starve',
  'deaf',
  'maintenance',
  'move',
  'reparameter',
] as const;

/** One kind of trouble. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What one seed will do to its world. Drawn once, so that seeds differ in kind, not only in order (swarm testing). */
export interface FaultSet {
  readonly kinds: ReadonlySet<FaultKind>;
  /** Mean time between two disturbances, milliseconds. */
  readonly meanIntervalMs: number;
}

/** Draws the fault set of a seed: each kind with even chance, or every kind when `all` is set; never what the cluster is not meant to survive. */
export function drawFaultSet(
  random: SeededRandom,
  options: { all: boolean; only?: readonly FaultKind[]; survives: (kind: FaultKind) => boolean },
): FaultSet {
  const drawn = FAULT_KINDS.filter(() => options.all || random.chance(0.5));
  const kinds = (options.only ?? drawn).filter(options.survives);
  return { kinds: new Set(kinds), meanIntervalMs: random.pick([3_000, 8_000, 20_000]) };
}

import type { FaultKind } from '../faults/fault-set.ts';
import type { SeededRandom } from '../world/random.ts';

/** The part a host plays. */
export interface HostRole {
  readonly voter: boolean;
  /** Votes, keeps the log, hosts nothing (rule 12). */
  readonly witness: boolean;
}

/**
 * Kind of cluster: `plain` has data voters only, `pair` two of them (rule 9), `witness` two and a witness, `learners`
 * three and two members without a vote, `unsafe` three that recover without proof (rule 17's opt-out).
 */
export type ClusterShape = 'plain' | 'pair' | 'witness' | 'learners' | 'unsafe';

const DATA: HostRole = { voter: true, witness: false };
const WITNESS: HostRole = { voter: true, witness: true };
const LEARNER: HostRole = { voter: false, witness: false };

/** Written out: texts that are put together are slower to compare, and a world compares names with every message. */
const HOST_NAMES = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9'];

/** Draws a shape; plain ones are the most frequent. */
export function drawShape(random: SeededRandom): ClusterShape {
  return random.pick([
    'plain',
    'plain',
    'plain',
    'plain',
    'plain',
    'pair',
    'witness',
    'learners',
    'unsafe',
  ] as const);
}

/** The hosts of a cluster of this shape, in the order in which they join. `size`: of a plain one, if it is not drawn. */
export function drawRoles(shape: ClusterShape, random: SeededRandom, size?: number): Map<string, HostRole> {
  const drawn = random.pick([3, 3, 3, 4, 5, 5, 7]);
  const roles: Record<ClusterShape, readonly HostRole[]> = {
    plain: Array.from({ length: size ?? drawn }, () => DATA),
    pair: [DATA, DATA],
    witness: [DATA, DATA, WITNESS],
    learners: [DATA, DATA, DATA, LEARNER, LEARNER],
    unsafe: [DATA, DATA, DATA],
  };
  return new Map(roles[shape].map((role, at) => [HOST_NAMES[at] ?? `n${at + 1}`, role]));
}

/**
 * Kinds of trouble that a shape is not meant to survive. Without proof of death nothing may keep a cut-off member from
 * stopping its services in time: neither the end nor a pause of its daemon, nor a slow or failing agent. Of two
 * voters, one with a new disk has no vote, and nobody else can let it join.
 */
const EXCLUDED: Readonly<Record<ClusterShape, readonly FaultKind[]>> = {
  plain: [],
  witness: [],
  learners: [],
  pair: ['replaceDisk', 'corruptStore', 'restoreDisk'],
  unsafe: [
    'killDaemon',
    'crashLoop',
    'pause',
    'cleanLeave',
    'agentFailure',
    'agentHang',
    'agentGarbage',
    'agentLie',
    'starve',
    'deaf',
    'maintenance',
    'diskFull',
    'replaceDisk',
    'corruptStore',
    'restoreDisk',
  ],
};

/** Whether a cluster of this shape is to survive such trouble. */
export function survives(shape: ClusterShape, kind: FaultKind): boolean {
  return !EXCLUDED[shape].includes(kind);
}

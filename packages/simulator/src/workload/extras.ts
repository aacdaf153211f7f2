import type { AttributeBlock } from '@holdfast/model';
import { SeededRandom } from '../world/random.ts';
import type { ClusterDesign } from './cluster-design.ts';

/** What a wide world has beside the plain one. Drawn apart from all else, so that plain worlds stay as they were. */
export interface Extras {
  /** Chance that an agent takes seconds; what it does takes effect at its end. */
  readonly slow: number;
  /** Agents end when they are told to, and services moved alive arrive with the first half, as virtual machines do. */
  readonly lifelike: boolean;
  /** Every host has a watchdog, armed for so long at first; 0: none has. Milliseconds. */
  readonly watchdogMs: number;
}

/** The plain world. */
export const NO_EXTRAS: Extras = { slow: 0, lifelike: false, watchdogMs: 0 };

const STREAM = 0x77696465;

/** Draws the extras of a seed. Without proof of death (`unsafe`) nothing may keep a member from stopping in time. */
export function drawExtras(seed: number, { shape }: ClusterDesign): { extras: Extras; random: SeededRandom } {
  const random = new SeededRandom(seed ^ STREAM);
  const slow = random.pick([0, 0.05, 0.2]);
  const watchdogMs = random.pick([0, 3000, 5000]);
  const unsafe = shape === 'unsafe';
  const extras = { slow: unsafe ? 0 : slow, lifelike: true, watchdogMs: unsafe ? 0 : watchdogMs };
  return { extras, random };
}

/** The cluster's options with the watchdog asked for. */
export function withWatchdog(options: AttributeBlock, timeoutMs: number): AttributeBlock {
  const name = 'fencing-watchdog-timeout';
  const others = options.pairs.filter((pair) => pair.name !== name);
  return { ...options, pairs: [...others, { id: `${options.id}-${name}`, name, value: `${timeoutMs}ms` }] };
}

import type { AttributeBlock, Clone, Primitive } from '@holdfast/model';
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
  /** A database runs everywhere, promoted on one host. */
  readonly database: boolean;
}

/** The plain world. */
export const NO_EXTRAS: Extras = { slow: 0, lifelike: false, watchdogMs: 0, database: false };

const STREAM = 0x77696465;

/** Draws the extras of a seed. Without proof of death (`unsafe`) nothing may keep a member from stopping in time. */
export function drawExtras(seed: number, { shape }: ClusterDesign): { extras: Extras; random: SeededRandom } {
  const random = new SeededRandom(seed ^ STREAM);
  const slow = random.pick([0, 0.05, 0.2]);
  const watchdogMs = random.pick([0, 3000, 5000]);
  const database = random.chance(0.5);
  const unsafe = shape === 'unsafe';
  const extras = { slow: unsafe ? 0 : slow, lifelike: true, watchdogMs: unsafe ? 0 : watchdogMs, database };
  return { extras, random };
}

/** The primitive that is cloned. */
export const DATABASE = 'db';
/** Its promoted copy, of which there may be one. */
export const PROMOTED_DATABASE = 'db#promoted';

/** The design with what the extras add to it. */
export function withExtras(design: ClusterDesign, extras: Extras): ClusterDesign {
  const { watchdogMs, database } = extras;
  const options = watchdogMs > 0 ? withWatchdog(design.options, watchdogMs) : design.options;
  const resources = database ? [...design.resources, databaseClone()] : design.resources;
  return { ...design, options, resources };
}

function databaseClone(): Clone {
  const timed = { interval: '0s', timeout: '20s' };
  const operations = [
    ...['start', 'stop', 'promote', 'demote'].map((name) => ({ name, attributes: timed })),
    { name: 'monitor', attributes: { interval: '10s', timeout: '20s' } },
    { name: 'monitor', attributes: { interval: '7s', timeout: '20s', role: 'Promoted' } },
  ];
  const child: Primitive = {
    kind: 'primitive',
    id: DATABASE,
    class: 'ocf',
    provider: 'pacemaker',
    type: 'Stateful',
    meta: [],
    params: [],
    utilization: [],
    operations: operations.map((each, at) => ({ id: `${DATABASE}-op-${at}`, params: [], meta: [], ...each })),
  };
  const pairs = ['promotable', 'interleave'].map((name) => ({
    id: `${DATABASE}-${name}`,
    name,
    value: 'true',
  }));
  const meta = [{ id: `${DATABASE}-clone-meta`, rules: [], pairs }];
  return { kind: 'clone', id: `${DATABASE}-clone`, meta, params: [], child };
}

/** The cluster's options with the watchdog asked for. */
export function withWatchdog(options: AttributeBlock, timeoutMs: number): AttributeBlock {
  const name = 'fencing-watchdog-timeout';
  const others = options.pairs.filter((pair) => pair.name !== name);
  return { ...options, pairs: [...others, { id: `${options.id}-${name}`, name, value: `${timeoutMs}ms` }] };
}

import type { RandomChoices } from './random.ts';

/** What a generated cluster has besides plain resources and constraints. Each is rare, so that most meet only a few. */
const CHANCES = {
  groups: 0.4,
  clones: 0.4,
  promotable: 0.35,
  clonedGroups: 0.15,
  bundles: 0.1,
  guests: 0.08,
  remote: 0.1,
  tickets: 0.12,
  sets: 0.2,
  rules: 0.2,
  utilization: 0.12,
  migration: 0.15,
  failures: 0.4,
  maintenance: 0.12,
  templates: 0.1,
  tags: 0.1,
  notifications: 0.15,
  digests: 0.15,
  health: 0.06,
  shutdownLocks: 0.05,
  removed: 0.12,
  pending: 0.12,
  fenceDevices: 0.15,
  defaults: 0.12,
} as const;

export type Feature = keyof typeof CHANCES;
export type Features = Readonly<Record<Feature, boolean>>;

export function pickFeatures(random: RandomChoices): Features {
  const entries = Object.entries(CHANCES).map(([name, chance]) => [name, random.chance(chance)]);
  return Object.fromEntries(entries) as Features;
}

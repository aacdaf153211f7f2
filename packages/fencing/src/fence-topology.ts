import type { FencingLevel } from '@holdfast/model';
import { canFence, type FenceDevice } from './fence-device.ts';

/** One level: all of its devices must succeed, in this order. */
export type DeviceLevel = readonly FenceDevice[];

/** What decides who may fence a target. */
export interface TopologyQuery {
  readonly target: string;
  /** The target's node attributes, for levels chosen by attribute. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly levels: readonly FencingLevel[];
  readonly devices: readonly FenceDevice[];
}

/**
 * The levels to try for one target, in order. With configured levels for the target only these count; without, every
 * device that can act on the target is a level of its own. A level that names a missing device is left out.
 */
export function levelsFor(query: TopologyQuery): DeviceLevel[] {
  const own = query.levels.filter((level) => matches(level, query));
  if (own.length === 0) {
    return query.devices
      .filter((device) => canFence(device, query.target))
      .sort((left, right) => right.priority - left.priority)
      .map((device) => [device]);
  }
  const ordered = [...own].sort((left, right) => Number(left.index) - Number(right.index));
  const levels: DeviceLevel[] = [];
  for (const level of ordered) {
    const names = level.devices.split(',').map((name) => name.trim());
    const devices = names.map((name) => query.devices.find(({ id }) => id === name));
    if (devices.every((device) => device !== undefined)) levels.push(devices);
  }
  return levels;
}

function matches(level: FencingLevel, { target, attributes }: TopologyQuery): boolean {
  if (level.target !== undefined) return level.target === target;
  if (level.targetPattern !== undefined) {
    try {
      return new RegExp(level.targetPattern).test(target);
    } catch {
      return false;
    }
  }
  if (level.targetAttribute === undefined) return false;
  return attributes.get(level.targetAttribute) === level.targetValue;
}

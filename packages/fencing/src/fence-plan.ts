import type { FenceAction, FenceDevice } from './fence-device.ts';
import type { DeviceLevel } from './fence-topology.ts';

/** One agent run of a plan. */
export interface FenceStep {
  readonly device: FenceDevice;
  readonly action: FenceAction;
  /** Part of the proof; a final `on` is a courtesy and may fail. */
  readonly proves: boolean;
}

/**
 * The runs of one level. A reboot over several devices (two power supplies) must switch all of them off before any is
 * switched on again, or the target never loses power.
 */
export function levelSteps(level: DeviceLevel, action: FenceAction): FenceStep[] {
  if (action !== 'reboot' || level.length < 2) {
    return level.map((device) => ({ device, action, proves: true }));
  }
  return [
    ...level.map((device) => ({ device, action: 'off' as const, proves: true })),
    ...level.map((device) => ({ device, action: 'on' as const, proves: false })),
  ];
}

import type { FenceFaults } from '../world/fence-device.ts';
import type { LinkQuality } from '../world/network.ts';
import type { AgentFaults } from '../world/services.ts';
import type { AdminChurn } from './admin-churn.ts';

/** What a nemesis can do to a world. Times in milliseconds; everything with a duration mends itself after it. */
export interface FaultTarget {
  readonly hostNames: readonly string[];
  readonly linkCount: number;
  after(delayMs: number, action: () => void): void;
  trace(line: string): void;
  /** kill -9 of the daemon; a supervisor starts it again after `restartMs`. */
  killDaemon(host: string, restartMs: number): void;
  powerLoss(host: string, bootMs: number): void;
  /**
   * The store is lost: with the power off, or (`powerOff` false) found damaged while the services go on. The host
   * comes back with an empty disk and a new identity, once its operator has let it join again (rule 16).
   */
  replaceDisk(host: string, powerOff: boolean): void;
  /** A copy is made of the host's disk, and after `ageMs` the daemon ends and the disk goes back to that copy. */
  restoreDisk(host: string, ageMs: number): void;
  /** Every write fails for a while, so the daemon ends and is started again and again. */
  fillDisk(host: string, lastsMs: number): void;
  /** The daemon is killed again soon after each start, so many times. */
  crashLoop(host: string, times: number): void;
  pause(host: string, lastsMs: number): void;
  /** The host gets a fifth of a processor: its daemon runs 200 ms of each second. */
  starve(host: string, lastsMs: number): void;
  /** Four of five messages to the host are lost. */
  deafen(host: string, lastsMs: number): void;
  /** What operators do besides. */
  readonly admin: AdminChurn;
  cleanLeave(host: string, restartMs: number): void;
  toggleStandby(host: string): void;
  changeConfiguration(): void;
  crashService(): void;
  jumpWallClock(host: string, byMs: number): void;
  setClockRate(host: string, rate: number): void;
  slowDisk(host: string, meanMs: number, lastsMs: number): void;
  /** Cuts one direction between two hosts, on one link or on all. */
  cut(options: { from: string; to: string; link?: number; lastsMs: number }): void;
  clogSome(lastsMs: number): void;
  /** Changes the quality of a random set of links. */
  degrade(quality: Partial<LinkQuality>, lastsMs: number): void;
  disturbAgents(faults: Partial<AgentFaults>, lastsMs: number): void;
  disturbFencing(faults: Partial<FenceFaults>, lastsMs: number): void;
}

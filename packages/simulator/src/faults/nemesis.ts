import type { SeededRandom } from '../world/random.ts';
import type { FaultKind, FaultSet } from './fault-set.ts';
import { bridge, cutGroups, isolateOne, oneWayCut, ringOfNeighbours, singleLinkCut } from './partitions.ts';
import type { FaultTarget } from './target.ts';

/** Disturbs a world at random moments until told to stop; what it breaks it also mends after a while. */
export class Nemesis {
  private readonly world: FaultTarget;
  private readonly random: SeededRandom;
  private readonly faults: FaultSet;
  private active = true;
  /** How often each kind struck, for the report of a run. */
  readonly strikes = new Map<FaultKind, number>();

  constructor(options: { world: FaultTarget; random: SeededRandom; faults: FaultSet }) {
    this.world = options.world;
    this.random = options.random;
    this.faults = options.faults;
  }

  start(): void {
    if (this.faults.kinds.size > 0) this.scheduleNext();
  }

  /** The quiet phase begins: nothing new happens. */
  stop(): void {
    this.active = false;
  }

  private scheduleNext(): void {
    this.world.after(this.random.exponential(this.faults.meanIntervalMs), () => {
      if (!this.active) return;
      const kind = this.random.pick([...this.faults.kinds]);
      this.strikes.set(kind, (this.strikes.get(kind) ?? 0) + 1);
      this.world.trace(`fault: ${kind}`);
      this.strike(kind);
      this.scheduleNext();
    });
  }

  private strike(kind: FaultKind): void {
    const { world, random } = this;
    const lastsMs = 500 + random.exponential(12_000);
    const host = random.pick(world.hostNames);
    switch (kind) {
      case 'killDaemon':
        world.killDaemon(host, 200 + random.exponential(5000));
        return;
      case 'powerLoss':
        world.powerLoss(host, 1000 + random.exponential(15_000));
        return;
      case 'pause':
        world.pause(host, random.pick([300, 900, 1500, 5000, 30_000]));
        return;
      case 'starve':
        world.starve(host, lastsMs);
        return;
      case 'cleanLeave':
        world.cleanLeave(host, 2000 + random.exponential(10_000));
        return;
      case 'replaceDisk':
        world.replaceDisk(host, true);
        return;
      case 'corruptStore':
        world.replaceDisk(host, false);
        return;
      case 'restoreDisk':
        world.restoreDisk(host, random.integer(2_000, 60_000));
        return;
      case 'diskFull':
        world.fillDisk(host, lastsMs);
        return;
      case 'crashLoop':
        world.crashLoop(host, random.integer(3, 10));
        return;
      case 'serviceCrash':
        world.crashService();
        return;
      case 'wallJump':
        world.jumpWallClock(host, random.integer(-3_600_000, 3_600_000));
        return;
      case 'clockDrift':
        world.setClockRate(host, 0.95 + random.unit() * 0.1);
        return;
      case 'slowDisk':
        world.slowDisk(host, random.pick([5, 30, 200]), lastsMs);
        return;
      default:
        if (this.strikeByHand(kind, host) || this.strikeNetwork(kind, lastsMs)) return;
        this.strikeAgents(kind, lastsMs);
    }
  }

  /** What operators do. */
  private strikeByHand(kind: FaultKind, host: string): boolean {
    const { world } = this;
    switch (kind) {
      case 'standby':
        world.toggleStandby(host);
        return true;
      case 'configuration':
        world.changeConfiguration();
        return true;
      case 'maintenance':
        world.admin.toggleMaintenance(host);
        return true;
      case 'move':
        world.admin.move(host);
        return true;
      case 'reparameter':
        world.admin.reparameter();
        return true;
      default:
        return false;
    }
  }

  private strikeNetwork(kind: FaultKind, lastsMs: number): boolean {
    const { world, random } = this;
    switch (kind) {
      case 'partition':
        cutGroups(world, random, lastsMs);
        return true;
      case 'isolate':
        isolateOne(world, random, lastsMs);
        return true;
      case 'oneWayCut':
        oneWayCut(world, random, lastsMs);
        return true;
      case 'ring':
        ringOfNeighbours(world, random, lastsMs);
        return true;
      case 'bridge':
        bridge(world, random, lastsMs);
        return true;
      case 'deaf':
        world.deafen(random.pick(world.hostNames), lastsMs);
        return true;
      case 'linkCut':
        singleLinkCut(world, random, lastsMs);
        return true;
      case 'swizzleClog':
        world.clogSome(lastsMs);
        return true;
      case 'loss':
        world.degrade({ loss: random.pick([0.02, 0.1, 0.4]) }, lastsMs);
        return true;
      case 'delay':
        world.degrade({ meanDelayMs: random.pick([5, 40, 200]) }, lastsMs);
        return true;
      case 'reorder':
        world.degrade({ reorder: 0.2 }, lastsMs);
        return true;
      case 'duplicate':
        world.degrade({ duplicate: 0.3 }, lastsMs);
        return true;
      default:
        return false;
    }
  }

  private strikeAgents(kind: FaultKind, lastsMs: number): void {
    const { world, random } = this;
    const probability = random.pick([0.05, 0.3, 1]);
    switch (kind) {
      case 'agentFailure':
        world.disturbAgents(
          { startFailure: probability / 2, monitorFailure: 0.1, stopFailure: probability / 10 },
          lastsMs,
        );
        return;
      case 'agentGarbage':
        world.disturbAgents({ garbage: probability / 4 }, lastsMs);
        return;
      case 'agentLie':
        world.disturbAgents({ stopLie: probability / 4, monitorLie: probability / 2 }, lastsMs);
        return;
      case 'agentHang':
        world.disturbAgents({ hang: probability / 4 }, lastsMs);
        return;
      case 'fenceFailure':
        world.disturbFencing({ failure: probability }, lastsMs);
        return;
      case 'fenceHang':
        world.disturbFencing({ hang: probability }, lastsMs);
        return;
      case 'fenceLate':
        world.disturbFencing({ late: probability }, lastsMs);
        return;
      case 'fenceTwice':
        world.disturbFencing({ twice: probability }, lastsMs);
        return;
      default:
        throw new Error(`fault kind ${kind} has no effect`);
    }
  }
}

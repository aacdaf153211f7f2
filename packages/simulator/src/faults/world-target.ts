import { Joining } from '../workload/joining.ts';
import type { FenceFaults } from '../world/fence-device.ts';
import { HEALTHY_FENCING } from '../world/fence-device.ts';
import type { LinkQuality } from '../world/network.ts';
import type { SeededRandom } from '../world/random.ts';
import { type AgentFaults, HEALTHY_AGENTS } from '../world/services.ts';
import type { World } from '../world/world.ts';
import { AdminChurn } from './admin-churn.ts';
import { DiskRestore } from './disk-restore.ts';
import type { FaultTarget } from './target.ts';

/** Carries out on a world what a nemesis asks for. */
export class WorldFaultTarget implements FaultTarget {
  readonly hostNames: readonly string[];
  readonly linkCount: number;
  private readonly world: World;
  private readonly random: SeededRandom;
  readonly admin: AdminChurn;
  private readonly standby = new Set<string>();

  constructor(world: World, random: SeededRandom) {
    this.world = world;
    this.random = random;
    this.admin = new AdminChurn(world, random.fork());
    this.hostNames = world.design.hostNames;
    this.linkCount = world.design.linkCount;
  }

  after(delayMs: number, action: () => void): void {
    this.world.queue.after(delayMs, action);
  }

  trace(line: string): void {
    this.world.note(line);
  }

  killDaemon(name: string, restartMs: number): void {
    const host = this.world.host(name);
    if (!host.node) return;
    this.world.observeQuorum();
    host.endDaemon('killed', false);
    this.after(restartMs, () => this.world.startDaemon(name));
  }

  powerLoss(name: string, bootMs: number): void {
    this.world.powerOff(name, 'power loss');
    this.after(bootMs, () => this.world.boot(name));
  }

  replaceDisk(name: string, powerOff: boolean): void {
    if (!this.mayLoseStore()) return;
    const { world } = this;
    world.observeQuorum();
    if (powerOff) world.powerOff(name, 'its disk is replaced');
    world.note(`${name}: the store is lost`);
    this.joinAnew(name);
  }

  restoreDisk(name: string, ageMs: number): void {
    new DiskRestore(this.world, name).start(ageMs, {
      mayStrike: () => !this.calm && this.mayLoseStore(),
      struck: (since) => {
        this.restoring = since;
      },
      outdated: () => this.joinAnew(name),
    });
  }

  /** An empty disk and a new identity; its operator lets it join again. */
  private joinAnew(name: string): void {
    const { world } = this;
    world.host(name).replaceDisk();
    world.checkers.log.wiped(name);
    this.rejoining.add(name);
    const others = this.hostNames.filter((each) => each !== name);
    const via = () => this.random.pick(others);
    const join = new Joining({ world, name, via, onJoined: () => this.rejoining.delete(name) });
    this.after(5000 + this.random.exponential(5000), () => {
      if (!world.design.fencing) this.confirmOff(name, via);
      join.start();
    });
  }

  /** The quiet phase has begun: trouble that was still to come does not. */
  calm = false;

  /** A store goes back to an old copy, and it has not turned out yet what that means. */
  private restoring = false;

  /** Members that leave, or have left and not come back. */
  private leaving = 0;

  /** Hosts that wait to be let in again. */
  readonly rejoining = new Set<string>();

  fillDisk(name: string, lastsMs: number): void {
    const host = this.world.host(name);
    host.diskFull = true;
    this.after(lastsMs, () => {
      host.diskFull = false;
    });
  }

  crashLoop(name: string, times: number): void {
    if (times === 0 || this.calm) return;
    this.killDaemon(name, 100);
    this.after(150 + this.random.exponential(500), () => this.crashLoop(name, times - 1));
  }

  /** An operator goes there, turns it off for sure, and says so. */
  private confirmOff(name: string, via: () => string): void {
    if (!this.rejoining.has(name)) return;
    this.world.powerOff(name, 'turned off by hand');
    const request = {
      kind: 'confirmFenced',
      node: name,
      operator: 'nemesis',
      reason: 'disk replaced',
    } as const;
    this.world.request(via(), request, () => undefined);
    this.after(5000, () => this.confirmOff(name, via));
  }

  /** Otherwise the loss of one more store may leave no majority that could let it join again. */
  private mayLoseStore(): boolean {
    if (this.rejoining.size > 0 || this.restoring || this.leaving > 0) return false;
    const wanted = [...this.world.design.roles.values()].filter(({ voter }) => voter).length;
    const views = [...this.world.hosts.values()].map((host) => host.node?.inspect());
    const leader = views.find((view) => view?.role === 'leader');
    return leader?.voters.length === wanted && leader.votersCommitted;
  }

  pause(name: string, lastsMs: number): void {
    const host = this.world.host(name);
    if (!host.node || host.paused) return;
    this.world.observeQuorum();
    host.pause();
    const life = host.life;
    this.after(lastsMs, () => {
      if (host.life !== life) return;
      this.world.note(`${name} goes on`);
      host.resume();
    });
  }

  starve(name: string, lastsMs: number): void {
    const host = this.world.host(name);
    const endMs = this.world.queue.nowMs + lastsMs;
    const turn = () => {
      host.starved = !this.calm && this.world.queue.nowMs < endMs;
      if (!host.starved) return;
      this.pause(name, 800);
      this.after(1000, turn);
    };
    turn();
  }

  deafen(name: string, lastsMs: number): void {
    for (const { from, to, link } of this.directions()) {
      if (to !== name) continue;
      const quality = this.world.network.quality(from, to, link);
      quality.loss = 0.8;
      this.after(lastsMs, () => {
        quality.loss = 0;
      });
    }
  }

  cleanLeave(name: string, restartMs: number): void {
    const host = this.world.host(name);
    // One that leaves and one that has lost its store are two at once: of three voters that leaves no majority.
    if (!host.node || this.rejoining.size > 0 || this.restoring) return;
    this.leaving++;
    host.input((nowMs) => ({ kind: 'shutdown', nowMs, timeoutMs: 20_000 }));
    this.after(20_000 + restartMs, () => {
      this.leaving--;
      this.world.startDaemon(name);
    });
  }

  toggleStandby(name: string): void {
    const on = !this.standby.has(name);
    if (on) this.standby.add(name);
    else this.standby.delete(name);
    this.setStandby(name, on);
  }

  /** Ends every standby; part of the quiet phase. */
  endStandby(): void {
    // All of them: what became of a request that was not answered is not known.
    for (const name of this.hostNames) this.setStandby(name, false);
    this.standby.clear();
  }

  changeConfiguration(): void {
    const resource = this.random.pick(this.world.design.exclusive);
    this.world.request(
      this.random.pick(this.hostNames),
      { kind: 'cleanup', resource, origin: 'nemesis' },
      () => {},
    );
  }

  crashService(): void {
    const resource = this.random.pick(this.world.design.exclusive);
    for (const services of this.world.services.values()) if (services.crash(resource)) return;
  }

  jumpWallClock(name: string, byMs: number): void {
    this.world.host(name).wallOffsetMs += byMs;
  }

  setClockRate(name: string, rate: number): void {
    this.world.host(name).setClockRate(rate);
  }

  slowDisk(name: string, meanMs: number, lastsMs: number): void {
    const host = this.world.host(name);
    host.diskDelayMs = meanMs;
    this.after(lastsMs, () => {
      host.diskDelayMs = 1;
    });
  }

  cut(options: { from: string; to: string; link?: number; lastsMs: number }): void {
    this.world.observeQuorum();
    const links = options.link === undefined ? this.world.linkNumbers() : [options.link];
    const { from, to } = options;
    for (const link of links) this.world.network.setCut(from, to, link, true);
    this.after(options.lastsMs, () => {
      for (const link of links) this.world.network.setCut(from, to, link, false);
      this.world.observeQuorum();
    });
  }

  clogSome(lastsMs: number): void {
    for (const { from, to, link } of this.directions()) {
      if (!this.random.chance(0.3)) continue;
      this.after(this.random.unit() * lastsMs, () => {
        if (this.calm) return;
        this.world.observeQuorum();
        this.world.network.quality(from, to, link).clogged = true;
      });
      this.after(lastsMs + this.random.unit() * lastsMs, () => this.world.network.unclog(from, to, link));
    }
  }

  degrade(change: Partial<LinkQuality>, lastsMs: number): void {
    for (const { from, to, link } of this.directions()) {
      if (!this.random.chance(0.5)) continue;
      const quality = this.world.network.quality(from, to, link);
      Object.assign(quality, change);
      this.after(lastsMs, () => {
        Object.assign(quality, { loss: 0, duplicate: 0, reorder: 0, meanDelayMs: 0.4 });
      });
    }
  }

  disturbAgents(change: Partial<AgentFaults>, lastsMs: number): void {
    for (const services of this.world.services.values()) {
      services.faults = { ...services.faults, ...change };
      this.after(lastsMs, () => {
        services.faults = HEALTHY_AGENTS;
      });
    }
  }

  disturbFencing(change: Partial<FenceFaults>, lastsMs: number): void {
    this.world.fencing.faults = { ...this.world.fencing.faults, ...change };
    this.after(lastsMs, () => {
      this.world.fencing.faults = HEALTHY_FENCING;
    });
  }

  private setStandby(node: string, on: boolean): void {
    this.world.request(
      this.random.pick(this.hostNames),
      {
        kind: 'attribute',
        node,
        name: 'standby',
        value: on ? 'on' : null,
        lifetime: 'forever',
        origin: 'nemesis',
      },
      () => {},
    );
  }

  private *directions(): Iterable<{ from: string; to: string; link: number }> {
    for (const from of this.hostNames) {
      for (const to of this.hostNames) {
        if (from === to) continue;
        for (const link of this.world.linkNumbers()) yield { from, to, link };
      }
    }
  }
}

import { SeededRandom } from '../world/random.ts';
import type { World } from '../world/world.ts';
import type { WorldFaultTarget } from './world-target.ts';

/** Mean time between two changes. Milliseconds. */
const MEAN_PAUSE_MS = 25_000;
/** How long an agent is gone, at least and on average beyond that. Milliseconds. */
const GONE_MS = 3000;
const STREAM = 0x6167656e;

/**
 * What is done to hosts by hand: an agent is removed while its service runs, often with a restart of the
 * daemon, and comes back; what may be moved alive is changed.
 */
export class AgentChurn {
  private readonly world: World;
  private readonly target: WorldFaultTarget;
  private readonly random: SeededRandom;
  private readonly movable = new Set<string>();

  /** @param seed of the run; draws come from a stream of their own */
  constructor(world: World, target: WorldFaultTarget, seed: number) {
    this.world = world;
    this.target = target;
    this.random = new SeededRandom(seed ^ STREAM);
    for (const each of world.design.resources)
      if (each.kind === 'primitive' && each.meta.length > 0) this.movable.add(each.id);
  }

  start(untilMs: number): void {
    const { queue } = this.world;
    queue.after(this.random.exponential(MEAN_PAUSE_MS), () => {
      if (queue.nowMs >= untilMs) return;
      if (this.random.chance(0.6)) this.removeAgent();
      else this.changeMovable();
      this.start(untilMs);
    });
  }

  private removeAgent(): void {
    const { design, queue, services } = this.world;
    const host = this.random.pick(design.hostNames);
    const on = services.get(host);
    const active = on?.activeResources() ?? [];
    const resource = this.random.pick(active.length > 0 ? active : design.exclusive);
    const restarts = this.random.chance(0.6);
    const forMs = GONE_MS + this.random.exponential(GONE_MS);
    if (on === undefined) return;
    this.world.note(
      `fault: the agent of ${resource} is removed on ${host}${restarts ? ', and restarted' : ''}`,
    );
    on.uninstalled.add(resource);
    if (restarts) this.target.killDaemon(host, 300);
    queue.after(forMs, () => on.uninstalled.delete(resource));
  }

  private changeMovable(): void {
    const { design } = this.world;
    const singles = design.resources.filter((each) => each.kind === 'primitive' && each.class !== 'stonith');
    const primitive = this.random.pick(singles);
    const movable = !this.movable.delete(primitive.id);
    if (movable) this.movable.add(primitive.id);
    const id = `${primitive.id}-meta`;
    const pairs = [{ id: `${id}-allow-migrate`, name: 'allow-migrate', value: String(movable) }];
    const value = { ...primitive, meta: [{ id, rules: [], pairs }] };
    const change = { operations: [{ kind: 'put', entity: { kind: 'resource', value } }] };
    this.world.note(`fault: ${primitive.id} may ${movable ? '' : 'not '}be moved alive`);
    const host = this.random.pick(design.hostNames);
    this.world.request(host, { kind: 'change', change, origin: 'churn' }, () => undefined);
  }
}

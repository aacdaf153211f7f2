import { withWatchdog } from '../workload/extras.ts';
import type { SeededRandom } from '../world/random.ts';
import type { World } from '../world/world.ts';
import type { AdminChurn } from './admin-churn.ts';

/** Mean time between two changes. Milliseconds. */
const MEAN_PAUSE_MS = 15_000;

/**
 * Operators of a wide world, in trouble: they change the time of the watchdogs, move what can be moved alive, and would
 * rather have the database promoted elsewhere.
 */
export class ExtraChurn {
  private readonly world: World;
  private readonly admin: AdminChurn;
  private readonly random: SeededRandom;
  private readonly migratable: readonly string[];

  constructor(world: World, admin: AdminChurn, random: SeededRandom) {
    this.world = world;
    this.admin = admin;
    this.random = random;
    this.migratable = world.design.resources
      .filter((each) => each.kind === 'primitive' && each.meta.length > 0)
      .map(({ id }) => id);
  }

  start(untilMs: number): void {
    const { queue } = this.world;
    queue.after(this.random.exponential(MEAN_PAUSE_MS), () => {
      if (queue.nowMs >= untilMs) return;
      this.change();
      this.start(untilMs);
    });
  }

  private change(): void {
    const { extras, design } = this.world;
    if (extras.database && this.random.chance(0.3)) {
      this.world.prefer(this.random.pick(design.hostNames), this.random.integer(1, 20));
    } else if (this.migratable.length > 0 && this.random.chance(0.7)) {
      const resource = this.random.pick(this.migratable);
      const host = this.random.pick(design.hostNames);
      this.world.note(`fault: ${resource} is to move to ${host}`);
      this.admin.move(host, resource);
    } else if (extras.watchdogMs > 0) this.changeTimeout(this.random.pick([0, 2000, 4000, 8000]));
  }

  private changeTimeout(timeoutMs: number): void {
    const { design } = this.world;
    const value = withWatchdog(design.options, timeoutMs);
    const change = { operations: [{ kind: 'put', entity: { kind: 'options', value } }] };
    this.world.note(`fault: the watchdogs are to have ${timeoutMs} ms`);
    const host = this.random.pick(design.hostNames);
    this.world.request(host, { kind: 'change', change, origin: 'churn' }, () => undefined);
  }
}

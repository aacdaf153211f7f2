import type { StatusReport } from '@holdfast/protocol';
import type { SeededRandom } from '../world/random.ts';
import type { World } from '../world/world.ts';

/** Somebody who looks at the status of one member after the other. */
export class StatusReader {
  private readonly world: World;
  private readonly random: SeededRandom;

  constructor(world: World, random: SeededRandom) {
    this.world = world;
    this.random = random;
  }

  start(): void {
    const { queue, checkers, design } = this.world;
    queue.after(this.random.exponential(5000), () => {
      const name = this.random.pick(design.hostNames);
      const askedMs = queue.nowMs;
      this.world.request(name, { kind: 'status' }, (response) => {
        if (!response.ok) return;
        // A paused daemon answers when it goes on; what was true is judged for the whole time since the question.
        const heldMs = queue.nowMs - askedMs + this.world.host(name).heldMs();
        checkers.labels.answered(name, response.value as StatusReport, queue.nowMs, heldMs);
      });
      this.start();
    });
  }
}

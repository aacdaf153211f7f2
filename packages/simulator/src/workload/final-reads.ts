import type { World } from '../world/world.ts';
import { countersIn } from './operator.ts';

/**
 * At the end of the quiet phase every member is asked for the configuration. Each must answer (L4), with every write
 * that was ever acknowledged (S3).
 */
export class FinalReads {
  private readonly world: World;
  private readonly open = new Set<string>();

  constructor(world: World) {
    this.world = world;
  }

  start(): void {
    const { writes } = this.world.checkers;
    const floor = writes.floor();
    for (const name of this.world.design.hostNames) {
      this.open.add(name);
      this.world.request(name, { kind: 'configuration' }, (response) => {
        if (!response.ok) return;
        this.open.delete(name);
        writes.read(name, floor, countersIn(response.value));
      });
    }
  }

  check(): void {
    for (const name of this.open) {
      this.world.checkers.report('L4-answers', `${name} gave no configuration at the end of the quiet phase`);
    }
  }
}

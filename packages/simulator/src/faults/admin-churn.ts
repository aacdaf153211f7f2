import type { ApiRequest } from '@holdfast/protocol';
import type { SeededRandom } from '../world/random.ts';
import type { World } from '../world/world.ts';

/** Operators who change things while there is trouble: maintenance, moves, parameters. Requests may get lost. */
export class AdminChurn {
  private readonly world: World;
  private readonly random: SeededRandom;
  private readonly maintained = new Set<string>();
  private moves = 0;

  constructor(world: World, random: SeededRandom) {
    this.world = world;
    this.random = random;
  }

  toggleMaintenance(node: string): void {
    const on = !this.maintained.has(node);
    if (on) this.maintained.add(node);
    else this.maintained.delete(node);
    this.maintain(node, on);
  }

  /** `resource move`: a preference that stays until it is cleared. */
  move(node: string, which?: string): void {
    const resource = which ?? this.random.pick(this.world.design.exclusive);
    const id = `cli-prefer-${++this.moves % 3}`;
    const value = { kind: 'location', id, resource, node, score: 'INFINITY', sets: [], rules: [] };
    this.change([{ kind: 'put', entity: { kind: 'constraint', value } }]);
  }

  /** One parameter that the agent can reload, and now and then one that it cannot. */
  reparameter(): void {
    const singles = this.world.design.resources.filter(
      (each) => each.kind === 'primitive' && each.class !== 'stonith',
    );
    const primitive = this.random.pick(singles);
    const id = `${primitive.id}-params`;
    const values = { level: this.random.integer(1, 9), state: this.random.integer(1, 2) };
    const pairs = Object.entries(values).map(([name, value]) => ({ name, value: String(value) }));
    const value = { ...primitive, params: [{ id, rules: [], pairs }] };
    this.change([{ kind: 'put', entity: { kind: 'resource', value } }]);
  }

  /** Everything back; part of the quiet phase. */
  calm(): void {
    for (const name of this.world.design.hostNames) this.maintain(name, false);
    this.maintained.clear();
    // One by one: a move that was never made cannot be cleared.
    for (const id of ['cli-prefer-0', 'cli-prefer-1', 'cli-prefer-2']) {
      this.change([{ kind: 'delete', entityKind: 'constraint', id }]);
    }
  }

  private maintain(node: string, on: boolean): void {
    const value = on ? 'true' : null;
    this.ask({ kind: 'attribute', node, name: 'maintenance', value, lifetime: 'forever', origin: 'churn' });
  }

  private change(operations: readonly unknown[]): void {
    this.ask({ kind: 'change', change: { operations }, origin: 'churn' });
  }

  private ask(request: ApiRequest): void {
    this.world.request(this.random.pick(this.world.design.hostNames), request, () => undefined);
  }
}

import { changeToJson, OPERATIONS_PER_SLICE } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { bootCluster, fenceDevice, joinMember, primitive, SmallWorld } from './small-world.ts';

const NAMES = ['n1', 'n2', 'n3'];
const MANY = 12 * OPERATIONS_PER_SLICE;

function largeChange(prefix: string): unknown {
  const operations = Array.from({ length: MANY }, (_, at) => {
    const id = `${prefix}${at}`;
    const pairs = [{ id: `${id}-x`, name: 'cluster-name', value: 'x' }];
    return { kind: 'put' as const, entity: { kind: 'options' as const, value: { id, rules: [], pairs } } };
  });
  return changeToJson({ operations });
}

function running(): SmallWorld {
  const world = new SmallWorld();
  bootCluster(world, NAMES);
  world.configure('n1', { resources: [fenceDevice(), primitive('web')] });
  world.run(5000, () => world.where('web').length === 1);
  return world;
}

describe('a change too large for one step', () => {
  test('is applied in slices, in its place, and answered once it is applied', () => {
    const world = running();
    const before = world.steps;
    const large = world.request('n1', { kind: 'change', change: largeChange('a'), origin: 'test' });
    const after = world.request('n1', { kind: 'change', change: largeChange('b'), origin: 'test' });
    const read = world.request('n1', { kind: 'configuration' });
    expect(world.run(5000, () => [large, after, read].every((id) => world.answers.has(id)))).toBe(true);
    expect(world.steps - before).toBeGreaterThan(3 * 2 * 12);
    expect(world.answers.get(large)).toMatchObject({ ok: true });
    expect(world.answers.get(after)).toMatchObject({ ok: true });
    world.run(1000);
    const hashes = NAMES.map((name) => world.host(name).node?.inspect().stateHash);
    expect(new Set(hashes).size).toBe(1);
  });

  test('S4: a read that is asked after the answer shows it', () => {
    const world = running();
    const large = world.request('n2', { kind: 'change', change: largeChange('a'), origin: 'test' });
    world.run(5000, () => world.answers.has(large));
    const read = world.request('n3', { kind: 'configuration' });
    world.run(5000, () => world.answers.has(read));
    expect(JSON.stringify(world.answers.get(read))).toContain(`"a${MANY - 1}"`);
  });

  test('one that cannot be read is refused as a whole', () => {
    const world = running();
    const change = largeChange('a') as { operations: unknown[] };
    change.operations.push({ kind: 'put', entity: { kind: 'options', value: { id: 7 } } });
    const large = world.request('n1', { kind: 'change', change, origin: 'test' });
    world.run(5000, () => world.answers.has(large));
    expect(world.answers.get(large)).toMatchObject({ ok: false, error: { code: 'JSON_INVALID' } });
  });

  test('members that restart, and one that gets a snapshot in the middle, end with the same state', () => {
    const world = running();
    for (const prefix of ['a', 'b', 'c']) {
      const large = world.request('n1', { kind: 'change', change: largeChange(prefix), origin: 'test' });
      world.run(5000, () => world.answers.has(large));
    }
    world.kill('n3', true);
    world.boot('n3');
    joinMember(world, 'n1', 'n4', [...NAMES, 'n4']);
    const isBack = (name: string) => world.host(name).node?.inspect().authority === true;
    expect(world.run(20_000, () => isBack('n3') && isBack('n4'))).toBe(true);
    world.run(1000);
    const hashes = [...NAMES, 'n4'].map((name) => world.host(name).node?.inspect().stateHash);
    expect(new Set(hashes).size).toBe(1);
  });
});

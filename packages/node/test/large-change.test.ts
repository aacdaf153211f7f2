import { changeToJson, OPERATIONS_PER_SLICE } from '@holdfast/model';
import { type ApiRequest, type ApiResponse, encodeEnvelope } from '@holdfast/protocol';
import { describe, expect, test } from 'vitest';
import { bootCluster, fenceDevice, joinMember, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

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
    const before = world.steps;
    world.boot('n3');
    // A large snapshot is read slice by slice before the member runs.
    expect(world.host('n3').node?.inspect().appliedIndex).toBe(0);
    expect(world.run(100, () => (world.host('n3').node?.inspect().appliedIndex ?? 0) > 0)).toBe(true);
    expect(world.steps - before).toBeGreaterThan(20);
    joinMember(world, 'n1', 'n4', [...NAMES, 'n4']);
    const isBack = (name: string) => world.host(name).node?.inspect().authority === true;
    expect(world.run(20_000, () => isBack('n3') && isBack('n4'))).toBe(true);
    world.run(1000);
    const hashes = [...NAMES, 'n4'].map((name) => world.host(name).node?.inspect().stateHash);
    expect(new Set(hashes).size).toBe(1);
  });
});

describe('a change in parts', () => {
  const parts = (prefix: string): unknown[][] => {
    const { operations } = largeChange(prefix) as { operations: unknown[] };
    return Array.from({ length: 12 }, (_, at) =>
      operations.slice(at * OPERATIONS_PER_SLICE, (at + 1) * OPERATIONS_PER_SLICE),
    );
  };
  const answer = (world: SmallWorld, name: string, request: ApiRequest): ApiResponse | undefined => {
    const id = world.request(name, request);
    world.run(5000, () => world.answers.has(id));
    return world.answers.get(id);
  };
  const stage = (world: SmallWorld, name: string, id: string, from = 0, to = 12): void => {
    for (const [at, operations] of parts(id).slice(from, to).entries()) {
      const request = { kind: 'stage', id, part: from + at, operations } as const;
      expect(answer(world, name, request)).toMatchObject({ ok: true, value: { parts: from + at + 1 } });
    }
  };
  const commit = (id: string, count = 12, dryRun = false) =>
    ({ kind: 'changeStaged', id, parts: count, dryRun, origin: 'test' }) as const;
  const configured = (world: SmallWorld): string[] =>
    NAMES.map((name) => {
      const read = answer(world, name, { kind: 'configuration' });
      return read?.ok ? JSON.stringify(read.value) : '';
    });

  test('goes through every member in small envelopes, and is applied as a whole', () => {
    for (const name of NAMES) {
      const world = running();
      let mostBytes = 0;
      world.encode = (_from, envelope) => {
        mostBytes = Math.max(mostBytes, encodeEnvelope(envelope).length);
        return envelope;
      };
      stage(world, name, 'a');
      for (const text of configured(world)) expect(text).not.toContain('"a0"');
      expect(answer(world, name, commit('a'))).toMatchObject({ ok: true, value: { revision: 2 } });
      for (const text of configured(world)) expect(text).toContain(`"a${MANY - 1}"`);
      expect(mostBytes).toBeLessThan(64_000);
      const hashes = NAMES.map((each) => world.host(each).node?.inspect().stateHash);
      expect(new Set(hashes).size).toBe(1);
    }
  });

  test('outlives its leader, and members that start again in the middle', () => {
    const world = running();
    stage(world, 'n2', 'a', 0, 6);
    const first = world.leader()?.name ?? '';
    world.rebootMs = 3000;
    world.kill(first, true);
    world.run(8000, () => world.leader() !== undefined && world.leader()?.name !== first);
    const other = NAMES.find((name) => name !== first && name !== world.leader()?.name) ?? '';
    stage(world, other, 'a', 6, 9);
    world.run(20_000, () => world.host(first).node?.inspect().authority === true);
    stage(world, first, 'a', 9, 12);
    expect(answer(world, first, commit('a'))).toMatchObject({ ok: true });
    for (const text of configured(world)) expect(text).toContain(`"a${MANY - 1}"`);
  });

  test('is not applied when a part is missing, wrong or nonsense, nor twice', () => {
    const world = running();
    stage(world, 'n2', 'a', 0, 6);
    expect(answer(world, 'n2', commit('a'))).toMatchObject({
      ok: false,
      error: { code: 'STAGED_INCOMPLETE' },
    });
    // What was there is forgotten with it.
    expect(answer(world, 'n2', commit('a', 6))).toMatchObject({ error: { code: 'STAGED_INCOMPLETE' } });
    expect(answer(world, 'n3', { kind: 'stage', id: 'w', part: 0, operations: [7] })).toMatchObject({
      ok: true,
    });
    expect(answer(world, 'n3', commit('w', 1))).toMatchObject({ error: { code: 'JSON_INVALID' } });
    for (const nonsense of [
      { operations: null },
      { part: -1 },
      { part: 'x' },
      { id: 5 },
      { id: 'x'.repeat(100) },
    ]) {
      const request = {
        kind: 'stage',
        id: 'n',
        part: 0,
        operations: [],
        ...nonsense,
      } as unknown as ApiRequest;
      expect(answer(world, 'n2', request)).toMatchObject({ error: { code: 'REQUEST_INVALID' } });
    }
    stage(world, 'n1', 'b');
    expect(answer(world, 'n1', commit('b'))).toMatchObject({ ok: true });
    expect(answer(world, 'n1', commit('b'))).toMatchObject({ error: { code: 'STAGED_INCOMPLETE' } });
    for (const text of configured(world)) expect(text).not.toMatch(/"[aw]0"/);
  });

  test('is only checked in a dry run', () => {
    const world = running();
    stage(world, 'n3', 'a');
    expect(answer(world, 'n3', commit('a', 12, true))).toMatchObject({ ok: true, value: { dryRun: true } });
    for (const text of configured(world)) expect(text).not.toContain('"a0"');
  });

  test('is forgotten by all members when nothing more comes for a minute', () => {
    const world = running();
    stage(world, 'n2', 'a', 0, 3);
    world.run(50_000);
    stage(world, 'n2', 'a', 3, 4);
    world.run(50_000);
    stage(world, 'n2', 'a', 4, 5);
    world.run(65_000);
    const answered = answer(world, 'n2', { kind: 'stage', id: 'a', part: 5, operations: [] });
    expect(answered).toMatchObject({ error: { code: 'STAGED_INCOMPLETE', details: { present: 0 } } });
  });
});

import { describe, expect, test } from 'vitest';
import {
  applyChange,
  type Configuration,
  changeFromJson,
  changeToJson,
  diffConfigurations,
  EMPTY_CONFIGURATION,
  EMPTY_REVISIONED_CONFIGURATION,
  type Entity,
  HoldfastError,
  type Primitive,
  parseDurationMs,
  type RevisionedConfiguration,
  revisionedConfigurationFromJson,
  revisionedConfigurationToJson,
  revisionOf,
  validateConfiguration,
} from '../src/index.ts';

function primitive(id: string, extra: Partial<Primitive> = {}): Primitive {
  return {
    kind: 'primitive',
    id,
    class: 'ocf',
    provider: 'heartbeat',
    type: 'Dummy',
    params: [],
    meta: [{ id: `${id}-meta`, rules: [], pairs: [{ id: `${id}-meta-p`, name: 'priority', value: '1' }] }],
    utilization: [],
    operations: [
      {
        id: `${id}-monitor`,
        name: 'monitor',
        attributes: { interval: '10s', timeout: '20s' },
        params: [],
        meta: [],
      },
    ],
    ...extra,
  };
}

const resource = (value: Primitive): Entity => ({
  kind: 'resource',
  value,
});

function location(id: string, of: string): Entity {
  return {
    kind: 'constraint',
    value: { kind: 'location', id, resource: of, node: 'n1', score: '100', rules: [], sets: [] },
  };
}

function applied(state: RevisionedConfiguration, ...entities: Entity[]): RevisionedConfiguration {
  const next = applyChange(state, { operations: entities.map((entity) => ({ kind: 'put', entity })) });
  if (next instanceof HoldfastError) throw next;
  return next;
}

function refused(
  state: RevisionedConfiguration,
  ...operations: Parameters<typeof applyChange>[1]['operations']
): HoldfastError {
  const result = applyChange(state, { operations });
  expect(result).toBeInstanceOf(HoldfastError);
  return result as HoldfastError;
}

const two = (): RevisionedConfiguration =>
  applied(EMPTY_REVISIONED_CONFIGURATION, resource(primitive('a')), resource(primitive('b')));

describe('applying a change', () => {
  test('a put creates, a second put replaces in place, a delete removes', () => {
    const state = applied(two(), resource(primitive('a', { description: 'new' })));
    expect(state.configuration.resources.map((each) => each.description)).toEqual(['new', undefined]);
    const gone = applyChange(state, { operations: [{ kind: 'delete', entityKind: 'resource', id: 'a' }] });
    expect((gone as RevisionedConfiguration).configuration.resources.map((each) => each.id)).toEqual(['b']);
  });

  test('each change has the next revision, and only what it wrote gets it', () => {
    const state = applied(two(), resource(primitive('b', { description: 'new' })));
    expect([revisionOf(state, 'resource', 'a'), revisionOf(state, 'resource', 'b')]).toEqual([1, 2]);
    expect(state.counter).toBe(2);
  });

  test('what a change does not touch is shared with the state before', () => {
    const before = two();
    const after = applied(before, location('l', 'a'));
    expect(after.configuration.resources).toBe(before.configuration.resources);
    expect(before.configuration.constraints).toEqual([]);
  });

  test('a wrong expected revision refuses the whole change', () => {
    const error = refused(
      two(),
      { kind: 'put', entity: resource(primitive('c')) },
      { kind: 'put', entity: resource(primitive('a')), expectedRevision: 7 },
    );
    expect(error.code).toBe('CONFIG_CONFLICT');
    expect(error.details).toEqual({ id: 'a', expected: 7, actual: 1 });
  });

  test('an expected revision of 0 means that the object must be new', () => {
    expect(refused(two(), { kind: 'put', entity: resource(primitive('a')), expectedRevision: 0 }).code).toBe(
      'CONFIG_CONFLICT',
    );
  });

  test('positions are kept: first, before, after, last', () => {
    let state = two();
    const put = (
      id: string,
      position: { at: 'first' | 'last' } | { at: 'before' | 'after'; id: string },
    ): void => {
      const next = applyChange(state, {
        operations: [{ kind: 'put', entity: resource(primitive(id)), position }],
      });
      if (next instanceof HoldfastError) throw next;
      state = next;
    };
    put('first', { at: 'first' });
    put('x', { at: 'before', id: 'b' });
    put('y', { at: 'after', id: 'b' });
    put('a', { at: 'last' });
    expect(state.configuration.resources.map((each) => each.id)).toEqual(['first', 'x', 'b', 'y', 'a']);
  });

  test('an id used twice anywhere is refused and both places are named', () => {
    const error = refused(two(), { kind: 'put', entity: location('a', 'b') });
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain('the id a is used twice: also in resource/a');
  });

  test('a resource may move into a group within one change', () => {
    const state = applyChange(two(), {
      operations: [
        {
          kind: 'put',
          entity: {
            kind: 'resource',
            value: {
              kind: 'group',
              id: 'g',
              params: [],
              meta: [],
              members: [primitive('a'), primitive('b')],
            },
          },
        },
        { kind: 'delete', entityKind: 'resource', id: 'a' },
        { kind: 'delete', entityKind: 'resource', id: 'b' },
      ],
    });
    expect((state as RevisionedConfiguration).configuration.resources.map((each) => each.id)).toEqual(['g']);
  });

  test('a reference to nothing is refused, and so is removing what is referred to', () => {
    expect(refused(two(), { kind: 'put', entity: location('l', 'nothing') }).message).toContain(
      'l refers to resource nothing, which does not exist',
    );
    const state = applied(two(), location('l', 'a'));
    expect(refused(state, { kind: 'delete', entityKind: 'resource', id: 'a' }).message).toContain(
      'l refers to resource a',
    );
  });

  test('bad scores, durations, booleans and roles are refused with the object named', () => {
    const bad = (extra: Partial<Primitive>): string =>
      refused(two(), { kind: 'put', entity: resource(primitive('x', extra)) }).message;
    const meta = (name: string, value: string): Partial<Primitive> => ({
      meta: [{ rules: [], pairs: [{ name, value }] }],
    });
    expect(bad(meta('priority', 'much'))).toContain('x: priority "much" is not a score');
    expect(bad(meta('is-managed', 'perhaps'))).toContain('x: is-managed "perhaps" is not a boolean');
    expect(bad(meta('target-role', 'Running'))).toContain('is not one of Stopped, Started');
    expect(
      bad({ operations: [{ name: 'monitor', attributes: { interval: 'often' }, params: [], meta: [] }] }),
    ).toContain('x: operation monitor: interval "often" is not a duration');
  });

  test('deleting what is not there is refused', () => {
    expect(refused(two(), { kind: 'delete', entityKind: 'resource', id: 'zz' }).code).toBe('NO_SUCH_OBJECT');
  });
});

describe('difference of two configurations', () => {
  const ids = (state: RevisionedConfiguration): string[] =>
    state.configuration.resources.map((each) => each.id);
  const many = (names: readonly string[]): RevisionedConfiguration =>
    applied(EMPTY_REVISIONED_CONFIGURATION, ...names.map((id) => resource(primitive(id))));

  test('applied to the one it gives the other, whatever the order', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const orders = [
      ['f', 'a', 'b', 'c', 'd', 'e'],
      ['a', 'x', 'c', 'b', 'y'],
      ['d', 'c', 'b', 'a'],
      [],
      ['q', 'a', 'f', 'z'],
    ];
    for (const wanted of orders) {
      const before = many(names);
      const after = many(wanted);
      const change = diffConfigurations(
        before.configuration,
        after.configuration,
        (key) => before.revisions.get(key) ?? 0,
      );
      const result = applyChange(before, change);
      expect(ids(result as RevisionedConfiguration)).toEqual(wanted);
    }
  });

  test('only what differs is written', () => {
    const before = many(['a', 'b', 'c']);
    const moved: Configuration = {
      ...before.configuration,
      resources: [before.configuration.resources[2]!, before.configuration.resources[0]!, primitive('b')],
    };
    const change = diffConfigurations(before.configuration, moved);
    expect(change.operations).toHaveLength(1);
    expect(change.operations[0]).toMatchObject({ kind: 'put', position: { at: 'first' } });
  });
});

describe('JSON of changes and states', () => {
  test('a change survives, whatever the order of keys', () => {
    const change = diffConfigurations(EMPTY_REVISIONED_CONFIGURATION.configuration, two().configuration);
    const json = JSON.stringify(changeToJson(change));
    const shuffled: unknown = JSON.parse(json, (_key, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) && 'kind' in value
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    );
    expect(JSON.stringify(changeToJson(changeFromJson(shuffled)))).toBe(json);
  });

  test('a wrong shape is refused and the place named', () => {
    const broken = {
      operations: [{ kind: 'put', entity: { kind: 'tag', value: { id: 't', members: ['a', 5] } } }],
    };
    expect(() => changeFromJson(broken)).toThrow('change.operations[0].entity.value.members[1] must be text');
    expect(() => changeFromJson({ operations: [], extra: 1 })).toThrow('change.extra is not known');
    expect(() => changeFromJson('x')).toThrow('change must be an object');
  });

  test('a state survives with its revisions', () => {
    const state = applied(two(), location('l', 'a'));
    const json = JSON.stringify(revisionedConfigurationToJson(state));
    const read = revisionedConfigurationFromJson(JSON.parse(json));
    expect(JSON.stringify(revisionedConfigurationToJson(read))).toBe(json);
    expect(revisionOf(read, 'constraint', 'l')).toBe(2);
    expect(refused(read, { kind: 'delete', entityKind: 'resource', id: 'a' }).code).toBe('CONFIG_INVALID');
  });
});

describe('validation of a whole configuration', () => {
  test('loops of orderings are told as warnings', () => {
    const order = (id: string, first: string, then: string): Entity => ({
      kind: 'constraint',
      value: { kind: 'order', id, first, then, sets: [] },
    });
    const state = applied(two(), order('o1', 'a', 'b'), order('o2', 'b', 'a'));
    const { errors, warnings } = validateConfiguration(state.configuration);
    expect(errors).toEqual([]);
    expect(warnings.map((each) => each.problem)).toContain(
      'o2 closes a loop of orderings: a start -> b start -> a start',
    );
  });

  test('sets that relate too many pairs are an error, before anything is committed', () => {
    const ids = Array.from({ length: 1500 }, (_, index) => `r${index}`);
    const set = (members: readonly string[], sequential: string) => ({ members, attributes: { sequential } });
    const problems = (sequential: string, members = ids) =>
      validateConfiguration({
        ...EMPTY_CONFIGURATION,
        resources: ids.map((id) => primitive(id)),
        constraints: [{ kind: 'order', id: 'o', sets: [set(members, sequential), set(members, sequential)] }],
        tags: [{ id: 'all', members: ids }],
      }).errors.map((each) => each.problem);
    expect(problems('false').join()).toContain('with o, the constraints relate more than 2000000 pairs');
    expect(problems('false', ['all']).join()).toContain('with o, ');
    expect(problems('true').join()).not.toContain('with o, ');
  });

  test('unknown meta attributes and options are warnings', () => {
    const state = applied(
      two(),
      resource(primitive('a', { meta: [{ rules: [], pairs: [{ name: 'prioritty', value: '1' }] }] })),
      {
        kind: 'options',
        value: {
          id: 'o',
          rules: [],
          pairs: [
            { name: 'no-such', value: '1' },
            { name: 'stonith-enabled', value: 'true' },
          ],
        },
      },
    );
    const told = validateConfiguration(state.configuration).warnings.map((each) => each.problem);
    expect(told).toContain('a: prioritty is not a known meta attribute');
    expect(told).toContain('o: no-such is not a known cluster option');
    expect(told.join()).not.toContain('stonith-enabled');
  });
});

test('durations are read as the CIB writes them', () => {
  const read = ['10', '10s', '1500ms', '2min', '1h', 'PT1M30S', 'P10S', 'P1D'].map(parseDurationMs);
  expect(read).toEqual([10_000, 10_000, 1500, 120_000, 3_600_000, 90_000, 10_000, 86_400_000]);
  expect(['often', '', 'P', '10 parsecs'].map(parseDurationMs)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

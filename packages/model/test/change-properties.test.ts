import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  applyChange,
  type ChangeOperation,
  type Configuration,
  diffConfigurations,
  EMPTY_REVISIONED_CONFIGURATION,
  ENTITY_LISTS,
  type Entity,
  entityId,
  HoldfastError,
  type Primitive,
  type RevisionedConfiguration,
  revisionedConfiguration,
  revisionedConfigurationToJson,
  validateConfiguration,
} from '../src/index.ts';

const IDS = ['a', 'b', 'c', 'd', 'e'];
const id = fc.constantFrom(...IDS);

function primitive(name: string, remoteNode?: string): Primitive {
  const pairs = remoteNode === undefined ? [] : [{ name: 'remote-node', value: remoteNode }];
  return {
    kind: 'primitive',
    id: name,
    class: 'ocf',
    provider: 'heartbeat',
    type: 'Dummy',
    params: [],
    meta: pairs.length > 0 ? [{ id: `${name}-m`, rules: [], pairs }] : [],
    utilization: [],
    operations: [],
  };
}

const entity: fc.Arbitrary<Entity> = fc.oneof(
  fc
    .tuple(id, fc.option(id, { nil: undefined }))
    .map(([name, guest]): Entity => ({ kind: 'resource', value: primitive(name, guest) })),
  fc.tuple(id, fc.uniqueArray(id, { minLength: 1, maxLength: 3 })).map(
    ([name, members]): Entity => ({
      kind: 'resource',
      value: {
        kind: 'group',
        id: name,
        params: [],
        meta: [],
        members: members.map((each) => primitive(each)),
      },
    }),
  ),
  fc.tuple(id, id, id).map(
    ([name, first, then]): Entity => ({
      kind: 'constraint',
      value: { kind: 'order', id: name, first, then, sets: [] },
    }),
  ),
  fc
    .tuple(id, fc.uniqueArray(id, { minLength: 1, maxLength: 3 }))
    .map(([name, members]): Entity => ({ kind: 'tag', value: { id: name, members } })),
  id.map((name): Entity => ({ kind: 'node', value: { id: name, name, attributes: [], utilization: [] } })),
);

const operation: fc.Arbitrary<ChangeOperation> = fc.oneof(
  { weight: 3, arbitrary: entity.map((each): ChangeOperation => ({ kind: 'put', entity: each })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('resource' as const, 'constraint' as const, 'tag' as const), id)
      .map(([entityKind, name]): ChangeOperation => ({ kind: 'delete', entityKind, id: name })),
  },
);

/** The change without any check; undefined when something to delete is not there. */
function applyBlindly(
  configuration: Configuration,
  operations: readonly ChangeOperation[],
): Configuration | undefined {
  let result = configuration;
  for (const each of operations) {
    const kind = each.kind === 'put' ? each.entity.kind : each.entityKind;
    const name = each.kind === 'put' ? entityId(each.entity) : each.id;
    const list = result[ENTITY_LISTS[kind]] as readonly Entity['value'][];
    const at = list.findIndex((value) => entityId({ kind, value } as Entity) === name);
    if (each.kind === 'delete' && at < 0) return undefined;
    const next = [...list];
    if (each.kind === 'delete') next.splice(at, 1);
    else if (at < 0) next.push(each.entity.value);
    else next[at] = each.entity.value;
    result = { ...result, [ENTITY_LISTS[kind]]: next };
  }
  return result;
}

/** What the index says, in an order of its own. */
function indexText({ index }: RevisionedConfiguration): string {
  const ids = [...index.ids.entries()].map(
    ([key, value]) => `${key} ${value.role} ${value.role === 'guest' ? value.count : value.owner}`,
  );
  const counts = [...index.referenced.entries()].map(([key, value]) => `${key}=${value}`);
  return [...ids.sort(), ...counts.sort(), index.bytes, index.objects].join('\n');
}

test('a change is taken exactly when the whole configuration is valid afterwards, and the index stays true', () => {
  let taken = 0;
  let refused = 0;
  fc.assert(
    fc.property(
      fc.array(fc.array(operation, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
      (changes) => {
        let state = EMPTY_REVISIONED_CONFIGURATION;
        for (const operations of changes) {
          const before = JSON.stringify(revisionedConfigurationToJson(state));
          const blind = applyBlindly(state.configuration, operations);
          const result = applyChange(state, { operations });
          expect(JSON.stringify(revisionedConfigurationToJson(state))).toBe(before);
          const isValid = blind !== undefined && validateConfiguration(blind).errors.length === 0;
          expect(!(result instanceof HoldfastError)).toBe(isValid);
          if (result instanceof HoldfastError) refused += 1;
          else {
            taken += 1;
            expect(result.configuration).toEqual(blind);
            expect(indexText(result)).toBe(indexText(revisionedConfiguration(result.configuration, 1)));
            state = result;
          }
        }
      },
    ),
    { numRuns: 400 },
  );
  // Both must have been tried for this to mean something.
  expect(Math.min(taken, refused)).toBeGreaterThan(100);
});

const resourceLists = fc.uniqueArray(
  fc.tuple(fc.constantFrom(...'abcdefghij'), fc.option(fc.nat(3), { nil: undefined })),
  {
    selector: ([name]) => name,
    maxLength: 10,
  },
);

test('the difference of any two configurations leads from one to the other', () => {
  const configurationOf = (list: readonly (readonly [string, number | undefined])[]): Configuration => ({
    ...EMPTY_REVISIONED_CONFIGURATION.configuration,
    resources: list.map(([name, version]) => ({
      ...primitive(name),
      ...(version === undefined ? {} : { description: `version ${version}` }),
    })),
  });
  fc.assert(
    fc.property(resourceLists, resourceLists, (one, other) => {
      const before = revisionedConfiguration(configurationOf(one), 1);
      const after = configurationOf(other);
      const change = diffConfigurations(before.configuration, after, (key) => before.revisions.get(key) ?? 0);
      const result = applyChange(before, change);
      expect(result).not.toBeInstanceOf(HoldfastError);
      expect((result as RevisionedConfiguration).configuration).toEqual(after);
    }),
    { numRuns: 1000 },
  );
});

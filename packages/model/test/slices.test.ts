import { describe, expect, test } from 'vitest';
import {
  applyChange,
  applyChangeInSlices,
  changeFromJson,
  EMPTY_REVISIONED_CONFIGURATION,
  HoldfastError,
  OPERATIONS_PER_SLICE,
  parseInSlices,
  type RevisionedConfiguration,
  readConfigurationInSlices,
  revisionedConfigurationFromJson,
  revisionedConfigurationText,
  revisionedConfigurationToJson,
} from '../src/index.ts';

const primitive = (id: string) => ({
  kind: 'put',
  entity: {
    kind: 'resource',
    value: {
      kind: 'primitive',
      id,
      class: 'ocf',
      provider: 'pacemaker',
      type: 'Dummy',
      meta: [],
      params: [
        { id: `${id}-params`, rules: [], pairs: [{ id: `${id}-state`, name: 'state', value: 'ä"\\' }] },
      ],
      utilization: [],
      operations: [],
    },
  },
});

const order = (first: string, then: string) => ({
  kind: 'put',
  entity: { kind: 'constraint', value: { kind: 'order', id: `${first}-${then}`, first, then, sets: [] } },
});

function inSlices(state: RevisionedConfiguration, json: unknown) {
  const work = applyChangeInSlices(state, changeFromJson(json));
  for (let slices = 1; ; slices++) {
    const { done, value } = work.next();
    if (done) return { slices, outcome: value };
  }
}

function counted<T>(work: Generator<void, T>): { slices: number; result: T } {
  for (let slices = 1; ; slices++) {
    const { done, value } = work.next();
    if (done) return { slices, result: value };
  }
}

describe('a large change applied in slices', () => {
  const many = Array.from({ length: 4 * OPERATIONS_PER_SLICE }, (_, at) => primitive(`r${at}`));
  const json = { operations: [...many, order('r1', 'r2')] };
  const applied = applyChange(
    EMPTY_REVISIONED_CONFIGURATION,
    changeFromJson(json),
  ) as RevisionedConfiguration;

  test('gives what applying it at once gives', () => {
    const { slices, outcome } = inSlices(EMPTY_REVISIONED_CONFIGURATION, json);
    expect(slices).toBeGreaterThan(8);
    expect(JSON.stringify(outcome)).toBe(JSON.stringify(applied));
  });

  test('is refused for the same reasons', () => {
    for (const wrong of [
      order('r1', 'nobody'),
      primitive('r1'),
      { kind: 'delete', entityKind: 'tag', id: 'x' },
    ]) {
      const operations = [...many, primitive('r7'), wrong, primitive('r1'), order('nobody', 'r1')];
      const atOnce = applyChange(EMPTY_REVISIONED_CONFIGURATION, changeFromJson({ operations }));
      const { outcome } = inSlices(EMPTY_REVISIONED_CONFIGURATION, { operations });
      expect(outcome).toBeInstanceOf(HoldfastError);
      expect((outcome as HoldfastError).toJSON()).toEqual((atOnce as HoldfastError).toJSON());
    }
  });

  test('what it removes is missed by those that refer to it', () => {
    const operations = many.slice(0, 3 * OPERATIONS_PER_SLICE).map(({ entity }) => ({
      kind: 'delete',
      entityKind: 'resource',
      id: entity.value.id,
    }));
    const { outcome } = inSlices(applied, { operations });
    expect((outcome as HoldfastError).code).toBe('CONFIG_INVALID');
  });

  test('the text put together from the entities is that of the whole', () => {
    const text = revisionedConfigurationText(applied);
    const inOneLine = (written: string) => written.replaceAll('\n', '');
    expect(inOneLine(text)).toBe(JSON.stringify(revisionedConfigurationToJson(applied)));
    expect(inOneLine(revisionedConfigurationText(EMPTY_REVISIONED_CONFIGURATION))).toBe(
      JSON.stringify(revisionedConfigurationToJson(EMPTY_REVISIONED_CONFIGURATION)),
    );
    expect(revisionedConfigurationText(revisionedConfigurationFromJson(JSON.parse(text)))).toBe(text);
  });

  test('a configuration is read from that text in slices, alone or within another', () => {
    const text = revisionedConfigurationText(applied);
    const parsing = parseInSlices(`{"name":"a\\n{b","configuration":${text},"options":[{}]}`);
    const parsed = counted(parsing);
    expect(parsed.slices).toBeGreaterThan(applied.configuration.resources.length / OPERATIONS_PER_SLICE);
    expect(parsed.result).toEqual({ name: 'a\n{b', configuration: JSON.parse(text), options: [{}] });
    const read = counted(readConfigurationInSlices(JSON.parse(text)));
    expect(read.slices).toBeGreaterThan(applied.configuration.resources.length / OPERATIONS_PER_SLICE);
    expect(revisionedConfigurationText(read.result)).toBe(text);
    expect(read.result).toEqual(revisionedConfigurationFromJson(JSON.parse(text)));
  });

  test('a text of one line, as older versions wrote it, is read the same', () => {
    const text = JSON.stringify(revisionedConfigurationToJson(applied));
    expect(counted(parseInSlices(text)).result).toEqual(JSON.parse(text));
    expect(() => counted(parseInSlices(`${text}\n{`))).toThrow(SyntaxError);
  });

  test('what is no configuration is refused with the place', () => {
    const json = () => JSON.parse(revisionedConfigurationText(applied));
    const wrong = json();
    wrong.configuration.resources[5].id = 7;
    const short = { ...json(), revisions: [1] };
    for (const each of [wrong, short, null, 5, { ...json(), more: 1 }, { ...json(), configuration: {} }]) {
      let whole: unknown;
      try {
        revisionedConfigurationFromJson(each);
      } catch (error) {
        whole = error;
      }
      expect(whole).toBeInstanceOf(HoldfastError);
      expect(() => counted(readConfigurationInSlices(each))).toThrow((whole as HoldfastError).message);
    }
  });
});

import { type Configuration, EMPTY_CONFIGURATION } from '@holdfast/model';
import { describe, expect, it } from 'vitest';
import { ConfigurationFacts } from '../src/replicated/configuration-facts.ts';

function primitive(id: string): Configuration['resources'][number] {
  return {
    kind: 'primitive',
    id,
    class: 'ocf',
    provider: 'pacemaker',
    type: 'Dummy',
    params: [],
    meta: [],
    utilization: [],
    operations: [],
    operationsMeta: [],
  } as unknown as Configuration['resources'][number];
}

function option(value: string): Configuration['options'] {
  return [{ id: 'o', rules: [], pairs: [{ id: 'p', name: 'stonith-enabled', value }] }];
}

describe('what the core reads in a configuration', () => {
  const before: Configuration = {
    ...EMPTY_CONFIGURATION,
    resources: [primitive('a')],
    options: option('false'),
  };

  it('is kept for the parts that a change left alone', () => {
    const facts = new ConfigurationFacts(before);
    const { primitives } = facts;
    const other = new ConfigurationFacts({ ...before, options: option('true') }, facts);
    expect(other.primitives).toBe(primitives);
    expect([facts, other].map((each) => each.flag('fencing-enabled', true))).toEqual([false, true]);
  });

  it('is read anew for those that it touched', () => {
    const facts = new ConfigurationFacts(before);
    expect(facts.isExclusive('a')).toBe(true);
    expect(facts.flag('fencing-enabled', true)).toBe(false);
    const other = new ConfigurationFacts({ ...before, resources: [primitive('b')] }, facts);
    expect([...other.primitives.keys()]).toEqual(['b']);
    expect(other.flag('fencing-enabled', true)).toBe(false);
  });
});

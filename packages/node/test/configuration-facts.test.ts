import { type Configuration, EMPTY_CONFIGURATION, type Resource, type Rule } from '@holdfast/model';
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

const rule: Rule = { kind: 'rule', id: 'r', expressions: [] };

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

  it('counts options with a rule for nothing, and the block of a cluster first', () => {
    const block = (id: string, value: string, rules: Rule[] = [rule]) => ({
      id,
      rules,
      pairs: [{ name: 'unsafe-recovery', value }],
    });
    const options = [block('cib-bootstrap-options', 'false', []), block('x', 'true', []), block('y', 'true')];
    expect(new ConfigurationFacts({ ...before, options }).flag('unsafe-recovery', true)).toBe(false);
    const ruled = { ...before, options: [block('y', 'true')] };
    expect(new ConfigurationFacts(ruled).flag('unsafe-recovery', false)).toBe(false);
  });

  it('takes the promoted role of a clone for exclusive where it may be at any time, by rule or reference', () => {
    const shared = { id: 'm', rules: [], pairs: [{ name: 'promotable', value: 'true' }] };
    const most = (value: string, rules: Rule[] = []) => ({
      rules,
      pairs: [{ name: 'promoted-max', value }],
    });
    const clone = (id: string, meta: unknown[]) =>
      ({ kind: 'clone', id, meta, params: [], child: primitive(`${id}-db`) }) as unknown as Resource;
    const resources = [
      clone('one', [shared]),
      clone('two', [{ idRef: 'm', rules: [], pairs: [] }]),
      clone('three', [shared, most('2')]),
      clone('four', [shared, most('2'), most('1', [rule])]),
      clone('five', []),
    ];
    const facts = new ConfigurationFacts({ ...before, resources });
    const exclusive = ['one', 'two', 'three', 'four', 'five'].filter((id) =>
      facts.promotedRole(`${id}-db:0`),
    );
    expect(exclusive).toEqual(['one', 'two', 'four']);
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

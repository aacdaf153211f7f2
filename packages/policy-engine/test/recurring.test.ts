import type { OperationDefinition } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { cluster, primitive, started, stopped } from './small-cluster.ts';

const monitor = (id: string, interval: string, more: Record<string, string> = {}): OperationDefinition => ({
  id,
  name: 'monitor',
  attributes: { interval, ...more },
  params: [],
  meta: [],
});

function keys(input: ReturnType<typeof cluster>): string[] {
  return computeTransition(input)
    .graph.synapses.map(({ action }) => action.operationKey)
    .filter((key) => key.includes('monitor'));
}

const nodes = [{ name: 'n1', histories: { a: stopped('a') } }];

describe('recurring operations', () => {
  test('operations of one name and interval cannot be told apart and none is scheduled, whatever the roles', () => {
    const operations = [
      monitor('one', '5', { role: 'Promoted' }),
      monitor('two', '5'),
      monitor('three', '7'),
    ];
    expect(keys(cluster({ nodes, resources: [primitive('a', {}, { operations })] }))).toEqual([
      'a_monitor_7000',
    ]);
  });

  test('nothing unmanaged is monitored as stopped where it runs', () => {
    const operations = [monitor('one', '5', { role: 'Stopped' })];
    const on = (...names: string[]) => names.map((name) => ({ name, histories: { a: started('a') } }));
    const planned = (meta: Record<string, string>) =>
      keys(cluster({ nodes: on('n1', 'n2'), resources: [primitive('a', meta, { operations })] }));
    expect(planned({ 'is-managed': 'false' })).toEqual([]);
    expect(planned({})).toEqual(['a_monitor_5000']);
  });

  test("a resource's own operation replaces the template's of its name and role, whatever the interval", () => {
    const { kind: _, ...base } = primitive('t', {}, { operations: [monitor('t-monitor', '10')] });
    const own = primitive('a', {}, { template: 't', operations: [monitor('a-monitor', '20')] });
    const input = cluster({ nodes, resources: [own] });
    const configuration = { ...input.configuration, templates: [{ ...base, kind: 'template' as const }] };
    expect(keys({ ...input, configuration })).toEqual(['a_monitor_20000']);
  });
});

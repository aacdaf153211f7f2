import { expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { cluster, primitive } from './small-cluster.ts';

/** Where a resource would go that prefers neither node, if n1 has this health. */
function place(
  strategy: string,
  health: string,
  more: { options?: Record<string, string>; meta?: Record<string, string> } = {},
): string | undefined {
  const nodes = [
    { name: 'n1', attributes: { '#health-disk': health } },
    { name: 'n2', online: false },
  ];
  const options = { 'node-health-strategy': strategy, ...more.options };
  const { state } = computeTransition(cluster({ nodes, resources: [primitive('a', more.meta)], options }));
  return state.allResources[0]?.assignedTo?.name;
}

test.each([
  ['none', { green: 'n1', yellow: 'n1', red: 'n1' }],
  ['migrate-on-red', { green: 'n1', yellow: 'n1', red: undefined }],
  ['only-green', { green: 'n1', yellow: undefined, red: undefined }],
  ['progressive', { green: 'n1', yellow: 'n1', red: undefined }],
  ['custom', { green: 'n1', yellow: 'n1', red: undefined }],
])('under the strategy %s a node may have these colours', (strategy, expected) => {
  const found = Object.fromEntries(Object.keys(expected).map((colour) => [colour, place(strategy, colour)]));
  expect(found).toEqual(expected);
});

test('progressive adds a base, and what each colour is worth, to the score', () => {
  const score = (health: string, options: Record<string, string>): number | undefined => {
    const nodes = [{ name: 'n1', attributes: { '#health-disk': health, '#health-cpu': '-3' } }];
    const all = { 'node-health-strategy': 'progressive', ...options };
    const { state } = computeTransition(cluster({ nodes, resources: [primitive('a')], options: all }));
    return state.allResources[0]?.allowed.score(0);
  };
  expect(score('yellow', { 'node-health-yellow': '-10' })).toBe(-13);
  expect(score('yellow', { 'node-health-yellow': '-10', 'node-health-base': '20' })).toBe(7);
  expect(score('green', { 'node-health-green': '5' })).toBe(2);
});

test('a resource that is allowed on unhealthy nodes does not mind', () => {
  const meta = { 'allow-unhealthy-nodes': 'true' };
  expect(place('migrate-on-red', 'red', { meta })).toBe('n1');
  expect(place('migrate-on-red', 'red')).toBeUndefined();
});

import type { Constraint, OperationDefinition, Resource } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { attributes, cluster, operation, primitive, started, stopped } from './small-cluster.ts';

const order = (first: string, second: string): Constraint =>
  ({ kind: 'order', id: `${first}-${second}`, first, ['then']: second, sets: [] }) as Constraint;

function group(id: string, ...members: string[]): Resource {
  return { kind: 'group', id, meta: [], params: [], members: members.map((member) => primitive(member)) };
}

function decisions(input: ReturnType<typeof cluster>): string[] {
  return computeTransition(input).decisions.map(
    ({ verb, subject, reason }) => `${verb} ${subject}: ${reason}`,
  );
}

describe('reasons', () => {
  test('what a change means inside a group is followed up before the next member is reached', () => {
    const up = Object.fromEntries(['g1', 'g2'].map((id) => [id, started(id)]));
    const resources = [primitive('a', { 'target-role': 'Stopped' }), group('g', 'g1', 'g2')];
    const nodes = [{ name: 'n1', histories: { ...up, a: stopped('a') } }];
    expect(decisions(cluster({ nodes, resources, constraints: [order('a', 'g')] }))).toEqual([
      'Stop g1: unrunnable a start',
      'Stop g2: required g1 start',
    ]);
  });

  test('a changed definition is no reason where a start needs nothing from the cluster', () => {
    const start = { ...operation('a', 'start', 2), opDigest: 'of other parameters' };
    const nodes = [{ name: 'n1', histories: { a: [start] } }];
    const resources = [primitive('a')];
    expect(decisions(cluster({ nodes, resources }))).toEqual(['Restart a: resource definition change']);
    const ignoring = cluster({ nodes, resources, options: { 'no-quorum-policy': 'ignore' } });
    expect(decisions(ignoring)).toEqual(['Restart a: undefined']);
  });

  test('a reaction to failure that makes no sense for an operation is not handed to the agent', () => {
    const op = (name: string, onFail: string): OperationDefinition => ({
      attributes: { id: `op-${name}`, name, interval: '0', 'on-fail': onFail },
      meta: [],
      params: [],
    });
    const operations = [op('start', 'standby'), op('stop', 'standby')];
    const nodes = [{ name: 'n1', histories: { a: started('a'), b: stopped('b') } }];
    const resources = [
      primitive('a', { 'target-role': 'Stopped' }, { operations }),
      primitive('b', {}, { operations }),
    ];
    const { synapses } = computeTransition(cluster({ nodes, resources })).graph;
    const onFail = synapses.map(({ action }) => [action.operationKey, action.attributes['CRM_meta_on_fail']]);
    expect(Object.fromEntries(onFail)).toEqual({ a_stop_0: undefined, b_start_0: 'standby' });
  });

  test('an operation recorded without digest counts as run with other parameters, except in standby', () => {
    const { opDigest: _left, ...start } = operation('a', 'start', 2);
    const history = { a: [start] };
    const resources = [primitive('a')];
    const restart = cluster({ nodes: [{ name: 'n1', histories: history }], resources });
    expect(decisions(restart)).toEqual(['Restart a: resource definition change']);
    const standby = { name: 'n1', histories: history, attributes: { standby: 'on' } };
    expect(decisions(cluster({ nodes: [standby], resources }))).toEqual(['Stop a: node availability']);
  });
});

describe('what must be with something that cannot start', () => {
  const clone = (id: string, child: string, meta: Record<string, string> = {}): Resource =>
    ({ kind: 'clone', id, meta: attributes(meta), params: [], child: primitive(child) }) as Resource;
  const together = (resource: string, withResource: string): Constraint =>
    ({
      kind: 'colocation',
      id: `${resource}-${withResource}`,
      resource,
      withResource,
      score: 'INFINITY',
      sets: [],
    }) as Constraint;
  const nodes = [{ name: 'n1', histories: { vm: started('vm'), fs: stopped('fs') } }];

  test('is stopped if no instance of a clone can start, and kept if one can', () => {
    const resources = [primitive('vm'), clone('fs-clone', 'fs')];
    const constraints = [together('vm', 'fs-clone')];
    const possible = cluster({ nodes, resources, constraints });
    const frozen = cluster({
      nodes,
      resources,
      constraints,
      quorum: false,
      options: { 'no-quorum-policy': 'freeze' },
    });
    expect(decisions(frozen)).toContain('Stop vm: colocation with fs:0');
    expect(decisions(possible).filter((line) => line.includes('vm'))).toEqual([]);
  });
});

test('without quorum under no-quorum-policy=freeze an active resource keeps running, but a restart only stops it', () => {
  const { opDigest: _left, ...start } = operation('a', 'start', 2);
  const nodes = [{ name: 'n1', histories: { a: [start], b: started('b') } }];
  const resources = [primitive('a'), primitive('b')];
  const frozen = cluster({ nodes, resources, quorum: false, options: { 'no-quorum-policy': 'freeze' } });
  expect(decisions(frozen)).toEqual(['Stop a: resource definition change']);
});

test('what waits for a clone and must be with it is held back by the order: the marks of a clone block nothing', () => {
  const clone: Resource = { kind: 'clone', id: 'c', meta: [], params: [], child: primitive('a') };
  const together: Constraint = {
    kind: 'colocation',
    id: 'w-c',
    sets: [],
    resource: 'w',
    withResource: 'c',
    score: 'INFINITY',
  };
  const resources = [primitive('p', { 'target-role': 'Stopped' }), clone, primitive('w')];
  const constraints = [order('p', 'c'), order('c', 'w'), together];
  const { decisions } = computeTransition(cluster({ nodes: [{ name: 'n1' }], resources, constraints }));
  expect(decisions.map(({ subject, reason }) => `${subject} ${reason}`)).toEqual([
    'a:0 unrunnable p start',
    'w unrunnable c running',
  ]);
});

import type { Clone, Group, OperationRecord } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { cluster, operation, primitive, started } from './small-cluster.ts';

type Cluster = ReturnType<typeof cluster>;

/** Keys and nodes of the actions in the graph, sorted. */
function actions(input: Cluster): string[] {
  const { synapses } = computeTransition(input).graph;
  return synapses.map(({ action }) => `${action.operationKey} ${action.onNode ?? '-'}`).sort();
}

function decisions(input: Cluster): string[] {
  return computeTransition(input).decisions.map(
    ({ verb, subject, reason }) => `${verb} ${subject}${reason === undefined ? '' : `: ${reason}`}`,
  );
}

/** The record of a failure, as it is kept beside the operation's latest result. */
function lastFailure(id: string, name: string, more: Partial<OperationRecord> = {}): OperationRecord {
  return { ...operation(id, name, 9, 1, 0), id: `${id}_last_failure_0`, ...more };
}

const one = (history: readonly OperationRecord[], more: Partial<Parameters<typeof cluster>[0]> = {}) =>
  cluster({ nodes: [{ name: 'n1', histories: { a: history } }], resources: [primitive('a')], ...more });

describe('changed definitions', () => {
  test('a start recorded without digest ran with unknown parameters, so it is restarted', () => {
    const { opDigest: _, ...start } = operation('a', 'start', 2);
    const input = one([start], { options: { 'no-quorum-policy': 'stop' } });
    expect(decisions(input)).toEqual(['Restart a: resource definition change']);
  });

  test('what needs neither fencing nor quorum loses its reason when asked for again', () => {
    const { opDigest: _, ...start } = operation('a', 'start', 2);
    expect(decisions(one([start], { options: { 'no-quorum-policy': 'ignore' } }))).toEqual(['Restart a']);
  });

  test('a failure with other parameters is forgotten, counted or not', () => {
    const probe = { ...operation('a', 'monitor', 1, 7, 7), id: 'a_last_failure_0', opDigest: 'other' };
    expect(actions(one([probe]))).toEqual(['a_clear_failcount_0 n1', 'a_start_0 n1']);
  });

  test('a fail count that is about to be cleared bans nothing', () => {
    const failure = lastFailure('a', 'start', { opDigest: 'other' });
    const nodes = [
      { name: 'n1', attributes: { 'fail-count-a#start_0': 'INFINITY' }, histories: { a: [failure] } },
    ];
    expect(decisions(cluster({ nodes, resources: [primitive('a')] }))).toEqual(['Recover a']);
  });

  test('nothing is compared on a node in standby', () => {
    const { opDigest: _, ...monitor } = lastFailure('a', 'monitor', { intervalMs: 10_000 });
    const attributes = { standby: 'on', 'fail-count-a#monitor_10000': '1' };
    const histories = { a: [...started('a'), monitor] };
    const nodes = [{ name: 'n1', attributes, histories }];
    expect(actions(cluster({ nodes, resources: [primitive('a')] }))).toEqual(['a_stop_0 n1']);
  });
});

/** Digest of a monitor without parameters and with a timeout of 20 s. */
const ONLY_TIMEOUT = '4811cef7f7f94e3a35a70be7916cb2fd';

describe('expired failures', () => {
  const meta = { 'failure-timeout': '10' };
  const operations = [
    { id: 'a-monitor', attributes: { name: 'monitor', interval: '10s' }, meta: [], params: [] },
  ];
  const input = (id: string, ...earlier: OperationRecord[]) => {
    const monitor = { ...operation('a', 'monitor', 4, 1, 0), intervalMs: 10_000, opDigest: ONLY_TIMEOUT };
    const record = { ...monitor, id, operationKey: 'a_monitor_10000' };
    const histories = { a: [...started('a'), ...earlier, record] };
    return cluster({ nodes: [{ name: 'n1', histories }], resources: [primitive('a', meta, { operations })] });
  };
  const success = { ...operation('a', 'monitor', 3), intervalMs: 10_000, opDigest: ONLY_TIMEOUT };
  const good = { ...success, id: 'a_monitor_10000', operationKey: 'a_monitor_10000' };

  test.each(['a_monitor_10000', 'a_last_failure_0'])(
    'a monitor known only by a forgotten failure runs again: %s',
    (id) => {
      expect(actions(input(id))).toContain('a_monitor_10000 n1');
    },
  );

  test('a monitor with an earlier good result is known to run', () => {
    expect(actions(input('a_last_failure_0', good))).not.toContain('a_monitor_10000 n1');
  });

  test('a good result from before the start says nothing about a monitor', () => {
    const before = { ...good, callId: 1 };
    expect(actions(input('a_last_failure_0', before))).toContain('a_monitor_10000 n1');
  });
});

test('a failure with on-fail=block outlasts the failure timeout if it is counted', () => {
  const operations = [
    { id: 'm', attributes: { interval: '10s', 'on-fail': 'block' }, name: 'monitor', meta: [], params: [] },
  ];
  const failure = { ...lastFailure('a', 'monitor', { opDigest: ONLY_TIMEOUT }), intervalMs: 10_000 };
  const record = { ...failure, operationKey: 'a_monitor_10000' };
  const resources = [primitive('a', { 'failure-timeout': '10', 'target-role': 'Stopped' }, { operations })];
  const stops = (attributes: Record<string, string>) =>
    decisions(
      cluster({
        nodes: [{ name: 'n1', attributes, histories: { a: [...started('a'), record] } }],
        resources,
      }),
    );
  expect(stops({})).toEqual(['Stop a: node availability']);
  expect(stops({ 'fail-count-a#monitor_10000': '1' })).toEqual([]);
});

test('a group is active where a member is that is not managed', () => {
  const members = [primitive('a', { 'is-managed': 'false' })];
  const group = { kind: 'group' as const, id: 'g', meta: [], params: [], members };
  const { state } = computeTransition(one(started('a'), { resources: [group] }));
  expect(state.resources.map(({ id, runningOn }) => [id, runningOn.map(({ name }) => name)])).toEqual([
    ['g', ['n1']],
  ]);
});

test('what is under way for longer than the failure timeout is probed again', () => {
  const start = { ...operation('a', 'start', 2), callId: -1, rcCode: 193, opStatus: -1 };
  const planned = (timeout: string) =>
    actions(one([start], { resources: [primitive('a', { 'failure-timeout': timeout })] }));
  expect(planned('10')).toEqual(['a_monitor_0 n1', 'a_start_0 n1']);
  expect(planned('100000')).toEqual(['a_start_0 n1']);
});

test('a probe that found nothing on the target of a migration counts if newer, whatever its record is called', () => {
  const migration = { migrateSource: 'n1', migrateTarget: 'n2' };
  const to = { ...operation('a', 'migrate_to', 2), ...migration, id: 'a_last_0' };
  const probe = { ...operation('a', 'monitor', 1, 7, 7), id: 'a_last_0', lastRcChange: 1500 };
  const nodes = [
    { name: 'n1', histories: { a: [to] } },
    { name: 'n2', histories: { a: [probe] } },
  ];
  const input = cluster({ nodes, resources: [primitive('a')] });
  expect(actions(input)).toEqual(['a_start_0 n1', 'a_stop_0 n1']);
});

test.each([[], started('a').slice(0, 1)])('nothing frozen for the lack of a ticket starts', (...history) => {
  const nodes = [{ name: 'n1', histories: { a: history } }];
  const constraints = [
    { kind: 'ticket' as const, id: 't', ticket: 'T', resource: 'a', lossPolicy: 'freeze', sets: [] },
  ];
  const input = cluster({ nodes, resources: [primitive('a')], constraints });
  const known = { ...input, status: { ...input.status, tickets: [{ id: 'T', granted: 'false' }] } };
  expect([...decisions(input), ...decisions(known)]).toEqual([]);
});

test('a history under the name of a clone is of something removed', () => {
  const clone = { kind: 'clone' as const, id: 'a', meta: [], params: [], child: primitive('child') };
  const input = cluster({
    nodes: [{ name: 'n1', histories: { a: [...started('a'), operation('a', 'stop', 3)] } }],
    resources: [clone],
  });
  expect(actions(input)).toContain('a_delete_0 n1');
});

describe('a fail count', () => {
  const failedAt = (seconds: number) => {
    const attributes = { 'fail-count-a#monitor_10000': '1', 'last-failure-a#monitor_10000': String(seconds) };
    const nodes = [{ name: 'n1', attributes, histories: { a: started('a') } }];
    const a = primitive('a', { 'failure-timeout': '10', 'migration-threshold': '1' });
    return cluster({ nodes, resources: [a] });
  };

  test('is forgotten after its timeout, not at it', () => {
    expect(decisions(failedAt(1990))).toEqual(['Stop a: node availability']);
    expect(decisions(failedAt(1989))).toEqual([]);
  });

  test('is looked at again when it will be forgotten', () => {
    const input = failedAt(1995);
    expect(computeTransition(input).graph.header['recheck-by']).toBe('2006');
    expect(decisions({ ...input, header: { ...input.header, 'execution-date': '2006' } })).toEqual([]);
  });
});

test('a start that ends degraded and promoted failed, and leaves the resource promoted', () => {
  const histories = { a: [operation('a', 'start', 1, 191, 0)] };
  const resources = [primitive('a', { 'target-role': 'Stopped' })];
  const [stop] = computeTransition(cluster({ nodes: [{ name: 'n1', histories }], resources })).decisions;
  expect([stop?.verb, stop?.fromRole]).toEqual(['Stop', 'Promoted']);
});

test('a history is not about an instance of which another member is under way elsewhere', () => {
  const pending = (id: string): OperationRecord => ({
    ...operation(id, 'stop', -1, 193, 0),
    opStatus: -1,
  });
  const group: Group = {
    kind: 'group',
    id: 'g',
    meta: [],
    params: [],
    members: [primitive('a'), primitive('b')],
  };
  const clone: Clone = { kind: 'clone', id: 'c', meta: [], params: [], child: group };
  const nodes = [
    { name: 'n1', histories: { b: [pending('b')] } },
    { name: 'n2', histories: { a: [pending('a')] } },
  ];
  const { state } = computeTransition(cluster({ nodes, resources: [clone] }));
  const known = state.allResources.filter(({ historyKnown }) => historyKnown).map(({ id }) => id);
  expect(known).toEqual(['b:0', 'a:1']);
});

test('what ran inside a guest and on its host is compared by time, since each counts its calls for itself', () => {
  const start: OperationRecord = { ...operation('a', 'start', 8), onNode: 'n1', lastRcChange: 1000 };
  const failure = (lastRcChange: number) =>
    lastFailure('a', 'monitor', { intervalMs: 10_000, callId: 10, onNode: 'guest', lastRcChange });
  expect(decisions(one([start, failure(900)]))).toEqual([]);
  expect(decisions(one([start, failure(1100)]))).toEqual(['Recover a']);
});

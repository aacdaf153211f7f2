import type { Clone, ClusterInformation, GraphAction } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { attributes, cluster, primitive, started, stopped } from './small-cluster.ts';

/** A clone with notifications is up on n1 and can start on n2. */
function input(notify = 'true', up = ['n1'], standby: readonly string[] = []): ClusterInformation {
  const clone: Clone = {
    kind: 'clone',
    id: 'c',
    meta: attributes({ notify }),
    params: [],
    child: primitive('a'),
  };
  const nodes = ['n1', 'n2'].map((name) => ({
    name,
    attributes: { standby: String(standby.includes(name)) },
    histories: { a: up.includes(name) ? started('a') : stopped('a') },
  }));
  return cluster({ nodes, resources: [clone] });
}

const actions = (given: ClusterInformation): GraphAction[] =>
  computeTransition(given).graph.synapses.map(({ action }) => action);
/** Notifications of instances: their kind, operation and node. */
const notified = (given: ClusterInformation): string[] =>
  actions(given)
    .filter(({ operation, kind }) => operation === 'notify' && kind === 'resource')
    .map(
      ({ attributes: told, onNode }) =>
        `${told['CRM_meta_notify_type']} ${told['CRM_meta_notify_operation']} ${onNode}`,
    )
    .sort();

describe('notifications', () => {
  test('before a start go to what is active, after it to all', () => {
    expect(notified(input())).toEqual(['post start n1', 'post start n2', 'pre start n1']);
  });

  test('before a stop go to all, after it to what is left', () => {
    expect(notified(input('true', ['n1', 'n2'], ['n2']))).toEqual([
      'post stop n1',
      'pre stop n1',
      'pre stop n2',
    ]);
  });

  test('are sent only if asked for, and only if something happens', () => {
    expect(notified(input('false'))).toEqual([]);
    expect(notified(input('true', ['n1', 'n2']))).toEqual([]);
  });

  test('come around the operation: it waits for those before, those after wait for it', () => {
    const { synapses } = computeTransition(input()).graph;
    const names = new Map(synapses.map(({ action }) => [action.id, action]));
    const waits = (operationKey: string): string[] =>
      (synapses.find(({ action }) => action.operationKey === operationKey)?.inputs ?? []).map(
        (each) => names.get(each)?.operationKey ?? '',
      );
    expect(waits('c_start_0')).toEqual(['c_confirmed-pre_notify_start_0']);
    expect(waits('c_confirmed-pre_notify_start_0')).toEqual(
      expect.arrayContaining(['c_pre_notify_start_0', 'a_pre_notify_start_0']),
    );
    expect(waits('c_post_notify_running_0')).toEqual(expect.arrayContaining(['c_running_0']));
  });

  test('tell who is active, who starts and where', () => {
    const before = actions(input()).find(
      ({ kind, attributes: told }) => kind === 'resource' && told['CRM_meta_notify_type'] === 'pre',
    );
    const told = Object.entries(before?.attributes ?? {})
      .filter(([name, value]) => name.startsWith('CRM_meta_notify_') && value.trim() !== '')
      .map(([name, value]) => [name.slice('CRM_meta_notify_'.length), value.trim()]);
    expect(Object.fromEntries(told)).toMatchObject({
      type: 'pre',
      operation: 'start',
      active_resource: 'a:0',
      active_uname: 'n1',
      start_resource: 'a:1',
      start_uname: 'n2',
    });
  });
});

import type { ActionGraph, GraphAction } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { GraphWalker, type GraphWalkerOptions } from '../src/index.ts';

/** `id operation[/resource]@node <- inputs`; a node of `-` is a pseudo action. */
function graph(text: string): ActionGraph {
  const synapses = text
    .trim()
    .split('\n')
    .map((line, index) => {
      const match = /^\s*(\d+) (\w+)(?:\/(\w+))?@(\S+)(?: <- ([\d ]+))?(?: !(\d+))?$/.exec(line);
      if (!match) throw new Error(`cannot read ${line}`);
      const [, id, operation = '', resource, node, inputs, priority] = match;
      const action: GraphAction = {
        id: Number(id),
        kind: node === '-' ? 'pseudo' : operation === 'stonith' ? 'cluster' : 'resource',
        operation,
        operationKey: `${resource ?? ''}_${operation}_0`,
        ...(node === '-' ? {} : { onNode: node ?? '' }),
        ...(resource ? { resource: { id: resource, class: 'ocf', provider: 'x', type: 'y' } } : {}),
        attributes: { CRM_meta_timeout: '1000' },
        downed: [],
      };
      return {
        id: index,
        action,
        ...(priority ? { priority: Number(priority) } : {}),
        inputs: (inputs ?? '').split(' ').filter(Boolean).map(Number),
      };
    });
  return { header: {}, synapses };
}

function walker(text: string, limits: Partial<GraphWalkerOptions['limits']> = {}): GraphWalker {
  return new GraphWalker({
    graph: graph(text),
    limits: { batchLimit: 0, migrationLimit: 0, nodeActionLimit: () => 0, ...limits },
    clusterDelayMs: 500,
    defaultTimeoutMs: 20_000,
  });
}

const ids = (actions: readonly GraphAction[]) => actions.map((action) => action.id);

describe('graph walker', () => {
  test('an empty graph is complete at once', () => {
    const walk = new GraphWalker({
      graph: { header: {}, synapses: [] },
      limits: { batchLimit: 0, migrationLimit: 0, nodeActionLimit: () => 0 },
      clusterDelayMs: 0,
      defaultTimeoutMs: 1,
    });
    expect(walk.next(0)).toEqual([]);
    expect(walk.phase).toBe('complete');
  });

  test('actions follow their inputs and pseudo actions complete by themselves', () => {
    const walk = walker(`
      1 stop/a@n1
      2 stopped@- <- 1
      3 start/a@n2 <- 2
      4 monitor/a@n2 <- 3`);
    expect(ids(walk.next(0))).toEqual([1]);
    expect(walk.next(0)).toEqual([]);
    walk.complete(1, true);
    expect(ids(walk.next(0))).toEqual([3]);
    walk.complete(3, true);
    expect(ids(walk.next(0))).toEqual([4]);
    walk.complete(4, true);
    expect(walk.phase).toBe('complete');
  });

  test('a failed action leaves its successors undone, others go on', () => {
    const walk = walker(`
      1 start/a@n1
      2 start/b@n1 <- 1
      3 start/c@n2`);
    expect(ids(walk.next(0))).toEqual([1, 3]);
    walk.complete(1, false);
    expect(walk.phase).toBe('running');
    walk.complete(3, true);
    expect(walk.phase).toBe('stopped');
    expect(walk.stateOf(2)).toBe('waiting');
  });

  test('an abort lets in-flight actions finish and starts nothing new', () => {
    const walk = walker(`
      1 start/a@n1
      2 start/b@n1 <- 1`);
    walk.next(0);
    walk.abort();
    expect(walk.phase).toBe('draining');
    walk.complete(1, true);
    expect(walk.next(0)).toEqual([]);
    expect(walk.phase).toBe('superseded');
  });

  test('an abort below a priority still begins what is at least as urgent', () => {
    const walk = walker(`
      1 start/a@n1
      2 notify/a@n1 <- 1 !1000000
      3 start/b@n1 <- 1`);
    walk.next(0);
    walk.abort(1_000_000);
    walk.complete(1, true);
    expect(ids(walk.next(0))).toEqual([2]);
    walk.complete(2, true);
    walk.next(0);
    expect(walk.phase).toBe('superseded');
  });

  test('an action that gives no answer fails after its timeout and the cluster delay', () => {
    const walk = walker('1 start/a@n1');
    walk.next(100);
    expect(walk.nextDeadlineMs()).toBe(1600);
    expect(walk.expire(1599)).toEqual([]);
    expect(ids(walk.expire(1600))).toEqual([1]);
    expect(walk.phase).toBe('stopped');
    expect(walk.complete(1, true)).toBe(false);
  });

  test('limits per node and for the batch hold actions back until others end', () => {
    const walk = walker('1 start/a@n1\n2 start/b@n1\n3 start/c@n2\n4 start/d@n3', {
      batchLimit: 2,
      nodeActionLimit: () => 1,
    });
    expect(ids(walk.next(0))).toEqual([1, 3]);
    walk.complete(3, true);
    expect(ids(walk.next(0))).toEqual([4]);
    walk.complete(1, true);
    expect(ids(walk.next(0))).toEqual([2]);
  });

  test('live migrations have a limit of their own', () => {
    const walk = walker('1 migrate_to/a@n1\n2 migrate_to/b@n1\n3 start/c@n1', { migrationLimit: 1 });
    expect(ids(walk.next(0))).toEqual([1, 3]);
  });

  test('S7: a start waits for a stop of the same instance elsewhere even without an input', () => {
    const walk = walker('1 stop/a@n1\n2 start/a@n2');
    expect(ids(walk.next(0))).toEqual([1]);
    walk.complete(1, true);
    expect(ids(walk.next(0))).toEqual([2]);
  });

  test('an action put back is handed out again', () => {
    const walk = walker('1 start/a@n1');
    walk.next(0);
    walk.putBack(1);
    expect(walk.ended).toBe(false);
    expect(ids(walk.next(0))).toEqual([1]);
  });
});

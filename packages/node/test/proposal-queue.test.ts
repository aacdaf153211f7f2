import { describe, expect, test } from 'vitest';
import type { ReplicatedCommand } from '../src/replicated/command.ts';
import { ProposalQueue } from '../src/replicated/proposal-queue.ts';

const change: ReplicatedCommand = { kind: 'configure', change: {}, origin: 'test', atMs: 0 };
const urgent: ReplicatedCommand = { kind: 'admit', node: 'n1', incarnation: 1, life: 'a' };
const proposal = (command: ReplicatedCommand) => ({ commands: [command], decided: undefined });

/** A queue with a configuration change under way at index 7, of which 6 entries are committed. */
function withOneUnderWay(): ProposalQueue {
  const queue = new ProposalQueue();
  queue.placed(proposal(change), 7);
  return queue;
}

describe('proposals', () => {
  test('a change goes at once when none is under way', () => {
    const queue = new ProposalQueue();
    queue.add(proposal(change));
    queue.gather(1000, 6);
    expect(queue.ready).toBe(true);
  });

  test('changes that come while one is under way are proposed together, once it is committed', () => {
    const queue = withOneUnderWay();
    queue.add(proposal(change));
    queue.gather(1000, 6);
    queue.add(proposal(change));
    queue.gather(1001, 6);
    expect(queue.ready).toBe(false);
    queue.gather(1002, 7);
    queue.gather(1004, 7);
    expect(queue.ready).toBe(true);
    expect(queue.take()).toHaveLength(2);
  });

  test('they wait no longer than the limit', () => {
    const queue = withOneUnderWay();
    queue.add(proposal(change));
    queue.gather(1000, 6);
    expect(queue.nextDeadlineMs()).toBe(1005);
    queue.gather(1005, 6);
    expect(queue.ready).toBe(true);
  });

  test('after a round of two, the first that comes waits a moment for the second', () => {
    const queue = withOneUnderWay();
    queue.placed(proposal(change), 8);
    queue.gather(999, 8);
    queue.add(proposal(change));
    queue.gather(1000, 8);
    expect(queue.nextDeadlineMs()).toBe(1002);
    queue.add(proposal(change));
    queue.gather(1000, 8);
    expect(queue.ready).toBe(true);
  });

  test('who waited out a round waits for those it answered', () => {
    const queue = withOneUnderWay();
    queue.add(proposal(change));
    queue.gather(996, 6);
    queue.gather(999, 7);
    expect(queue.nextDeadlineMs()).toBe(1001);
    queue.add(proposal(change));
    queue.gather(999.5, 7);
    expect(queue.ready).toBe(true);
  });

  test('and goes alone when the second does not come', () => {
    const queue = withOneUnderWay();
    queue.placed(proposal(change), 8);
    queue.gather(999, 8);
    queue.add(proposal(change));
    queue.gather(1000, 8);
    queue.gather(1002, 8);
    expect(queue.ready).toBe(true);
    const [alone] = queue.take();
    queue.placed(alone!, 9);
    queue.gather(1005, 9);
    queue.add(proposal(change));
    queue.gather(1010, 9);
    expect(queue.ready).toBe(true);
  });

  test('what the cluster needs to act takes everything along at once', () => {
    const queue = withOneUnderWay();
    queue.add(proposal(change));
    queue.gather(1000, 6);
    queue.add(proposal(urgent));
    queue.gather(1000, 6);
    expect(queue.ready).toBe(true);
    expect(queue.take()).toHaveLength(2);
  });

  test('what a former leader had under way holds nothing up', () => {
    const queue = withOneUnderWay();
    queue.forgetPlaced();
    queue.add(proposal(change));
    queue.gather(1000, 6);
    expect(queue.ready).toBe(true);
  });
});

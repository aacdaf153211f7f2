import { describe, expect, it } from 'vitest';
import {
  bootstrapState,
  type Entry,
  forceRecovery,
  makeMembers,
  type OutboundMessage,
  voter,
} from '../src/index.ts';
import { PersistQueue } from '../src/persist-queue.ts';
import { ReplicatedLog } from '../src/replicated-log.ts';

function command(index: number, term: number, bytes = 10): Entry {
  return { index, term, kind: 'command', payload: index, bytes };
}

function list(index: number, term: number, ...names: string[]): Entry {
  const members = makeMembers(names.map((name) => voter(name)));
  return { index, term, kind: 'voters', payload: { members, note: { reason: 'demote' } }, bytes: 64 };
}

const everything = Number.POSITIVE_INFINITY;

describe('the log in memory', () => {
  it('goes back to the older member list when the newer one is cut off', () => {
    const log = new ReplicatedLog(undefined, [
      list(1, 1, 'a', 'b', 'c'),
      command(2, 1),
      list(3, 1, 'a', 'b'),
    ]);
    expect(log.members.index).toBe(3);
    log.truncateFrom(3);
    expect(log.members.index).toBe(1);
    expect(log.members.members.voters.length).toBe(3);
  });

  it('does not take a replaced tail for stored', () => {
    const log = new ReplicatedLog(undefined, [list(1, 1, 'a'), command(2, 1)]);
    const queue = new PersistQueue();
    log.append(command(3, 1));
    queue.markAppended(3);
    const first = queue.take(log, 1, null, 1);
    log.truncateFrom(2);
    log.append(command(2, 2));
    log.append(command(3, 2));
    queue.markTruncated(2);
    const second = queue.take(log, 2, null, 1);
    expect(log.stableIndex).toBe(1);
    queue.done(first?.token ?? 0, log, []);
    expect(log.stableIndex).toBe(1);
    expect(second?.truncateFrom).toBe(2);
    queue.done(second?.token ?? 0, log, []);
    expect(log.stableIndex).toBe(3);
  });

  it('keeps the latest list and the asked entries over a compaction, and loads what is left', () => {
    const entries = [
      list(1, 1, 'a', 'b', 'c'),
      command(2, 1),
      list(3, 1, 'a', 'b'),
      command(4, 2),
      command(5, 2),
    ];
    const log = new ReplicatedLog(undefined, entries);
    const snapshot = { index: 4, term: 2, members: log.membersAt(4).members, data: 'state' };
    log.compact(snapshot, 2);
    expect([log.firstIndex, log.lastIndex, log.members.index]).toEqual([3, 5, 3]);
    expect(log.slice(3, 5, everything, everything).length).toBe(3);
    const loaded = new ReplicatedLog(snapshot, entries.slice(2));
    // The term before the first stored entry is not known any more, so that entry only marks the beginning.
    expect([loaded.firstIndex, loaded.lastIndex, loaded.termAt(3)]).toEqual([4, 5, 1]);
    expect(loaded.members.members.voters.length).toBe(2);
  });

  it('gives at least one entry however large it is, and never more than the limits', () => {
    const log = new ReplicatedLog(undefined, [
      list(1, 1, 'a'),
      command(2, 1, 1000),
      command(3, 1),
      command(4, 1),
    ]);
    expect(log.slice(2, 4, 10, 100).map(({ index }) => index)).toEqual([2]);
    expect(log.slice(3, 4, 10, 100).map(({ index }) => index)).toEqual([3, 4]);
    expect(log.slice(3, 4, 1, 100).map(({ index }) => index)).toEqual([3]);
  });

  it('refuses holes and terms that go back', () => {
    const log = new ReplicatedLog(undefined, [list(1, 2, 'a')]);
    expect(() => log.append(command(3, 2))).toThrow('no holes');
    expect(() => log.append(command(2, 1))).toThrow('never go back');
  });
});

describe('messages and the disk (rule 3)', () => {
  it('holds back what depends on a write, and lets it go in order', () => {
    const log = new ReplicatedLog(undefined, [list(1, 1, 'a')]);
    const queue = new PersistQueue();
    const message = { type: 'vote-reply', term: 2, granted: true } as const;
    expect(queue.mayGo('b', message, true)).toBe(true);
    queue.markHardState();
    expect(queue.mayGo('b', message, false)).toBe(false);
    const batch = queue.take(log, 2, 'b', 1);
    expect(batch?.hardState).toEqual({ term: 2, votedFor: 'b' });
    expect(batch?.mustSync).toBe(true);
    log.append(command(2, 2));
    queue.markAppended(2);
    expect(queue.mayGo('c', message, true)).toBe(false);
    const released: OutboundMessage[] = [];
    queue.done(batch?.token ?? 0, log, released);
    expect(released.map(({ to }) => to)).toEqual(['b']);
    expect(queue.mayGo('d', message, false)).toBe(true);
  });
});

describe('forced recovery (rule 10)', () => {
  it('names only a member that had a vote', () => {
    const state = bootstrapState(makeMembers([voter('a'), voter('b')]));
    const decision = { survivor: 'x', epoch: 2, operator: 'somebody', reason: 'fire' };
    expect(() => forceRecovery(state, decision)).toThrow('had a vote');
    const after = forceRecovery(state, { ...decision, survivor: 'a' });
    expect(after.term).toBe(2);
    expect(after.entries.at(-1)?.payload).toMatchObject({
      note: { reason: 'forced', details: { operator: 'somebody', barred: ['b'], possibleLoss: true } },
    });
  });
});

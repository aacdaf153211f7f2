import { bootstrapState, makeMembers, voter } from '@holdfast/consensus';
import { finish } from '@holdfast/model';
import type { StoredEntry, StoredState } from '@holdfast/ports';
import { describe, expect, test } from 'vitest';
import { FIRST_RECORD_KEY, type FirstRecord, forcedRecovery } from '../src/index.ts';
import type { ReplicatedCommand } from '../src/replicated/command.ts';
import { ReplicatedState } from '../src/replicated/replicated-state.ts';
import { readSnapshot } from '../src/replicated/snapshot-data.ts';

const first: FirstRecord = {
  origin: 'founder',
  clusterUuid: 'cccccccc-0000-4000-8000-000000000001',
  clusterName: 'test',
  name: 'n1',
  peerId: 'P1',
  members: [],
};
const decision = { operator: 'ann', reason: 'fire', atMs: 1000 };

function storeOf(...voters: string[]): StoredState {
  const state = bootstrapState(makeMembers(voters.map((name) => voter(name))));
  const entries: StoredEntry[] = [
    ...state.entries,
    { index: 2, term: 1, kind: 'noop', payload: null },
    { index: 3, term: 1, kind: 'command', payload: { commands: [] } },
  ];
  const vote = { term: 4, votedFor: 'n2', commitIndex: 2 };
  return {
    records: new Map<string, unknown>([
      ['consensus/vote', vote],
      [FIRST_RECORD_KEY, first],
    ]),
    entries,
  };
}

function member(name: string): ReplicatedCommand {
  const base = { peerId: `P-${name}`, addresses: ['h:1'], voter: true, witness: false, ticketPeerId: null };
  return { kind: 'addMember', name, ...base, atMs: 1 };
}

describe('forced recovery (rule 10)', () => {
  test('is one batch: a list of one in a new term, the record of it, and a new epoch', () => {
    const [append, vote, renamed] = forcedRecovery(storeOf('n1', 'n2', 'n3'), first, decision);
    expect(append).toMatchObject({
      op: 'append',
      entries: [
        {
          index: 4,
          term: 5,
          kind: 'voters',
          payload: { members: { voters: [{ name: 'n1', weight: 1 }], learners: [] } },
        },
        { index: 5, term: 5, kind: 'command' },
      ],
    });
    expect(vote).toMatchObject({ value: { term: 5, votedFor: 'n1', commitIndex: 2 } });
    expect(renamed).toMatchObject({
      value: { clusterUuid: `${first.clusterUuid}+1`, name: 'n1', peerId: 'P1' },
    });
  });

  test('a member without a vote is no survivor', () => {
    expect(() => forcedRecovery(storeOf('n2', 'n3'), first, decision)).toThrow('has no vote');
    const empty: StoredState = { records: new Map(), entries: [] };
    expect(() => forcedRecovery(empty, first, decision)).toThrow('has no vote');
  });

  test('S10, S11: the others are lost, keep what they hold until a proof, and the decision is on record', () => {
    const state = new ReplicatedState();
    state.apply(1, [member('n1'), member('n2'), member('n3')]);
    state.apply(
      2,
      ['n1', 'n2'].map((node) => ({ kind: 'admit', node, incarnation: 1, life: `${node}-1` })),
    );
    state.apply(3, [{ kind: 'grant', holdings: [{ instance: 'db', node: 'n2', incarnation: 1 }] }]);
    const recover = { kind: 'recover', survivor: 'n1', epoch: 1, ...decision, lastIndex: 3 } as const;
    state.apply(4, [recover]);
    expect(state.members.get('n1')?.status).toBe('admitted');
    expect(state.members.get('n2')?.status).toBe('lost');
    expect(state.holders.get('db')).toEqual([{ node: 'n2', incarnation: 1 }]);
    expect(state.recovery).toMatchObject({ epoch: 1, operator: 'ann', reason: 'fire', barred: ['n2', 'n3'] });
    expect(state.audits.at(-1)).toMatchObject({ who: 'ann', reason: 'fire', atMs: 1000 });
    expect(state.audits.at(-1)?.action).toContain('after log index 3 are lost');
    const restored = new ReplicatedState();
    restored.restore(finish(readSnapshot(state.snapshotText())));
    expect(restored.recovery).toEqual(state.recovery);
  });
});

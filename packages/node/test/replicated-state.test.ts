import { changeToJson, finish } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import type { ReplicatedCommand } from '../src/index.ts';
import { ReplicatedState } from '../src/replicated/replicated-state.ts';
import { readSnapshot } from '../src/replicated/snapshot-data.ts';

class Log {
  readonly state = new ReplicatedState();
  private index = 0;

  add(...commands: ReplicatedCommand[]): string[] {
    const outcomes = this.state.apply(++this.index, commands);
    return outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.error.code));
  }
}

const member = (name: string, ticketPeerId: string | null = null): ReplicatedCommand => ({
  kind: 'addMember',
  name,
  peerId: `peer-${name}`,
  addresses: [`${name}:1`],
  voter: true,
  witness: false,
  ticketPeerId,
  atMs: 1000,
});
const admit = (node: string, incarnation: number): ReplicatedCommand => ({
  kind: 'admit',
  life: `${node}-${incarnation}`,
  node,
  incarnation,
});
const proof = (target: string, targetIncarnation: number): ReplicatedCommand => ({
  kind: 'proof',
  target,
  targetIncarnation,
  method: 'off',
  device: 'pdu',
  atMs: 1,
});
const grant = (instance: string, node: string, incarnation: number): ReplicatedCommand => ({
  kind: 'grant',
  holdings: [{ instance, node, incarnation }],
});

describe('replicated state', () => {
  test('rule 16: another life with the number of the present one is not acknowledged', () => {
    const log = new Log();
    log.add(member('n1'), admit('n1', 1));
    log.add({ kind: 'lost', node: 'n1', incarnation: 1, unsafe: false, atMs: 1 });
    log.add({ ...admit('n1', 1), life: 'another' } as ReplicatedCommand);
    expect(log.state.members.get('n1')).toMatchObject({ status: 'lost', life: 'n1-1' });
    log.add(admit('n1', 1));
    expect(log.state.members.get('n1')).toMatchObject({ status: 'admitted', life: 'n1-1' });
  });

  test('rule 11: a late word about a watchdog does not undo a newer one', () => {
    const log = new Log();
    const word = (round: number, timeoutMs: number | null) =>
      ({ kind: 'watchdog', node: 'n1', incarnation: 1, timeoutMs, round }) as const;
    log.add(member('n1'), admit('n1', 1), word(1, 5000), word(2, null), word(1, 5000));
    expect(log.state.members.get('n1')).toMatchObject({ watchdogMs: null, watchdogRound: 2 });
    log.add(admit('n1', 2), word(1, 5000));
    expect(log.state.members.get('n1')?.watchdogMs).toBeNull();
    log.add({ ...word(1, 5000), incarnation: 2 });
    expect(log.state.members.get('n1')?.watchdogMs).toBe(5000);
  });

  test('rule 11: time is no proof when the log does not say that a watchdog counts it', () => {
    const log = new Log();
    log.add(member('n1'), admit('n1', 1), grant('web', 'n1', 1));
    log.add({ kind: 'lost', node: 'n1', incarnation: 1, unsafe: false, atMs: 1 });
    log.add({ ...proof('n1', 1), method: 'watchdog' } as ReplicatedCommand);
    expect(log.state.members.get('n1')?.status).toBe('lost');
    expect(log.state.holders.get('web')).toHaveLength(1);
  });

  test('rule 16: an outdated store is not acknowledged again; a new identity of that name is', () => {
    const log = new Log();
    log.add(member('n1'), admit('n1', 1));
    log.add({ kind: 'outdated', node: 'n1', peerId: 'peer-of-before', problem: 'old news', atMs: 1 });
    expect(log.state.members.get('n1')?.outdated).toBe(false);
    log.add({ kind: 'outdated', node: 'n1', peerId: 'peer-n1', problem: 'it forgot', atMs: 1 });
    log.add(admit('n1', 2), proof('n1', 1));
    expect(log.state.members.get('n1')).toMatchObject({ outdated: true, incarnation: 1, status: 'fenced' });
    log.add({ ...member('n1'), peerId: 'peer-new' } as ReplicatedCommand, admit('n1', 3));
    expect(log.state.members.get('n1')).toMatchObject({ outdated: false, status: 'admitted', life: 'n1-3' });
  });

  test('a snapshot from before lives had names can be read', () => {
    const log = new Log();
    log.add(member('n1'), admit('n1', 1));
    const snapshot = JSON.parse(log.state.snapshotText());
    for (const each of snapshot.members) {
      delete each.life;
      delete each.outdated;
    }
    const restored = new ReplicatedState();
    restored.restore(finish(readSnapshot(JSON.stringify(snapshot))));
    expect(restored.members.get('n1')).toMatchObject({ status: 'admitted', life: null, outdated: false });
  });

  test('S2: a holding lasts until a release or a proof, through loss and return', () => {
    const log = new Log();
    log.add(member('n1'), admit('n1', 1), grant('web', 'n1', 1));
    log.add({ kind: 'lost', node: 'n1', incarnation: 1, unsafe: false, atMs: 1 });
    expect(log.state.holders.get('web')).toEqual([{ node: 'n1', incarnation: 1 }]);
    log.add(admit('n1', 2));
    expect(log.state.holders.get('web')).toEqual([{ node: 'n1', incarnation: 1 }]);
    log.add({
      kind: 'release',
      holdings: [{ instance: 'web', node: 'n1', incarnation: 1 }],
      evidence: 'probed',
    });
    expect(log.state.holders.has('web')).toBe(false);
  });

  test('proof that comes after a name was given to a new machine does not bar that machine', () => {
    const log = new Log();
    log.add(member('n1'), admit('n1', 3));
    log.add({ kind: 'lost', node: 'n1', incarnation: 3, unsafe: false, atMs: 1 }, proof('n1', 3));
    log.add({ ...member('n1'), peerId: 'peer-of-the-new-machine' } as ReplicatedCommand);
    log.add(proof('n1', 3));
    expect(log.state.members.get('n1')?.status).toBe('new');
    log.add(admit('n1', 3));
    expect(log.state.members.get('n1')?.status).toBe('new');
    log.add(admit('n1', 4));
    expect(log.state.members.get('n1')?.status).toBe('admitted');
  });

  test('S2: a member to which a start was granted meanwhile has not left', () => {
    const log = new Log();
    log.add(member('n1'), admit('n1', 1));
    log.add({ kind: 'leaving', node: 'n1', incarnation: 1, demote: true });
    log.add(grant('web', 'n1', 1), { kind: 'left', node: 'n1', incarnation: 1 });
    expect(log.state.holders.get('web')).toEqual([{ node: 'n1', incarnation: 1 }]);
    expect(log.state.members.get('n1')?.status).toBe('admitted');
    log.add({
      kind: 'release',
      holdings: [{ instance: 'web', node: 'n1', incarnation: 1 }],
      evidence: 'stopped',
    });
    log.add({ kind: 'left', node: 'n1', incarnation: 1 });
    expect(log.state.members.get('n1')?.status).toBe('left');
  });

  test('rule 8: proof ends the holdings of that life and older ones', () => {
    const log = new Log();
    log.add(member('n1'), admit('n1', 3), grant('web', 'n1', 2), grant('db', 'n1', 3), proof('n1', 3));
    expect(log.state.holders.size).toBe(0);
    expect(log.state.members.get('n1')?.status).toBe('fenced');
  });

  test('rule 8: proof is void when the target has joined with a newer life', () => {
    const log = new Log();
    log.add(member('n1'), admit('n1', 3), grant('web', 'n1', 3), admit('n1', 4), proof('n1', 3));
    expect(log.state.members.get('n1')?.status).toBe('admitted');
    expect(log.state.holders.get('web')).toHaveLength(1);
  });

  test('S9: a life proven dead is never acknowledged again', () => {
    const log = new Log();
    log.add(member('n1'), admit('n1', 3), proof('n1', 3), admit('n1', 3));
    expect(log.state.members.get('n1')?.status).toBe('fenced');
    log.add(admit('n1', 4));
    expect(log.state.members.get('n1')).toMatchObject({ status: 'admitted', incarnation: 4, probed: false });
  });

  test('rule 6: a new life has no probes yet, and words about an older life change nothing', () => {
    const log = new Log();
    log.add(member('n1'), admit('n1', 3), { kind: 'probed', node: 'n1', incarnation: 3 }, admit('n1', 4));
    log.add({ kind: 'probed', node: 'n1', incarnation: 3 });
    log.add({ kind: 'lost', node: 'n1', incarnation: 3, unsafe: true, atMs: 1 });
    expect(log.state.members.get('n1')).toMatchObject({ status: 'admitted', probed: false });
  });

  test('a ticket admits one machine in time and is used up', () => {
    const log = new Log();
    const ticket = { kind: 'ticket' as const, voter: true, witness: false };
    log.add({ ...ticket, peerId: 't1', name: 'n2', expiresAtMs: 2000 });
    log.add({ ...ticket, peerId: 't2', name: null, expiresAtMs: 500 });
    expect(log.add(member('n3', 't1'))).toEqual(['TOKEN_INVALID']);
    expect(log.add(member('n3', 't2'))).toEqual(['TOKEN_EXPIRED']);
    expect(log.add(member('n2', 't1'))).toEqual(['ok']);
    expect(log.add(member('n4', 't1'))).toEqual(['TOKEN_INVALID']);
    // The answer was lost and the same machine asks again.
    expect(log.add(member('n2', 't1'))).toEqual(['ok']);
  });

  test('a change with an outdated revision is refused the same way everywhere', () => {
    const pairs = [{ id: 'p', name: 'cluster-name', value: 'x' }];
    const entity = { kind: 'options' as const, value: { id: 'o', rules: [], pairs } };
    const change = (expectedRevision: number) =>
      changeToJson({ operations: [{ kind: 'put', entity, expectedRevision }] });
    const configure = (revision: number): ReplicatedCommand => ({
      kind: 'configure',
      change: change(revision),
      origin: 'test',
      atMs: 1,
    });
    const log = new Log();
    log.add(configure(0));
    expect(log.add(configure(0))).toEqual(['CONFIG_CONFLICT']);
    expect(log.add({ kind: 'configure', change: { nonsense: 1 }, origin: 'x', atMs: 1 })).not.toEqual(['ok']);
    expect(log.state.configIndex).toBe(1);
  });

  test('S5: equal commands give equal hashes, over a snapshot too', () => {
    const first = new Log();
    const second = new Log();
    for (const log of [first, second]) log.add(member('n1'), admit('n1', 1), grant('web', 'n1', 1));
    expect(second.state.hash).toBe(first.state.hash);
    const restored = new ReplicatedState();
    restored.restore(finish(readSnapshot(first.state.snapshotText())));
    const after = [proof('n1', 1)];
    restored.apply(2, after);
    first.add(...after);
    expect(restored.hash).toBe(first.state.hash);
    expect([...restored.members]).toEqual([...first.state.members]);
  });

  test('S11: an unsafe recovery leaves an audit record', () => {
    const log = new Log();
    log.add(member('n1'), admit('n1', 1), grant('web', 'n1', 1));
    log.add({ kind: 'lost', node: 'n1', incarnation: 1, unsafe: true, atMs: 1 });
    expect(log.state.holders.size).toBe(0);
    expect(log.state.audits).toMatchObject([{ action: 'unsafe-recovery' }]);
  });
});

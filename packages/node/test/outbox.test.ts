import type { PeerMessage } from '@holdfast/protocol';
import { describe, expect, test } from 'vitest';
import { Outbox } from '../src/outbox.ts';

const part = (sequence: number): PeerMessage => ({
  kind: 'reportReceived',
  term: 1,
  incarnation: 1,
  sequence,
});

function sent(outbox: Outbox): unknown[] {
  return outbox.take().map((output) => {
    if (output.kind !== 'send') throw new Error(`unexpected ${output.kind}`);
    const { parts } = output.message as { parts: readonly { sequence: number }[] };
    return [output.to, ...parts.map(({ sequence }) => sequence)];
  });
}

describe('outbox', () => {
  test('what goes along waits for the next message to that member and is put before it', () => {
    const outbox = new Outbox('n1', 'uuid');
    outbox.sendAlong('n2', part(1));
    expect(sent(outbox)).toEqual([]);
    outbox.send('n3', part(2));
    expect(sent(outbox)).toEqual([['n3', 2]]);
    outbox.send('n2', part(3));
    outbox.send('n2', part(4));
    expect(sent(outbox)).toEqual([['n2', 1, 3, 4]]);
    outbox.send('n2', part(5));
    expect(sent(outbox)).toEqual([['n2', 5]]);
  });

  test('a newer one takes its place, and it can be dropped', () => {
    const outbox = new Outbox('n1', 'uuid');
    outbox.sendAlong('n2', part(1));
    outbox.sendAlong('n2', part(2));
    outbox.sendAlong('n3', part(3));
    outbox.send('n2', part(4));
    expect(sent(outbox)).toEqual([['n2', 2, 4]]);
    outbox.dropAlong();
    outbox.send('n3', part(5));
    expect(sent(outbox)).toEqual([['n3', 5]]);
  });
});

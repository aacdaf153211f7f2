import { HoldfastError } from '@holdfast/model';
import type { LogRecord, Transport, TransportPeer } from '@holdfast/ports';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EnvelopePort } from '../src/member/envelope-port.ts';
import { EpochGuard } from '../src/member/epoch-guard.ts';

const member: TransportPeer = { name: 'n2', peerId: 'P2', addresses: ['10.0.0.2:7420'], role: 'member' };
const joiner: TransportPeer = { name: 'joiner-T', peerId: 'T', addresses: [], role: 'joiner' };

let admitted: string[][];
let sent: string[];
let heard: unknown[];
let logs: LogRecord[];
let dropped: Set<string>;
let leftBehind: string[];
let port: EnvelopePort;

beforeEach(() => {
  vi.useFakeTimers();
  admitted = [];
  sent = [];
  heard = [];
  logs = [];
  dropped = new Set();
  leftBehind = [];
  const transport = {
    setPeers: (peers: readonly TransportPeer[]) => void admitted.push(peers.map((peer) => peer.name)),
    send: (to: string) => sent.push(to) > 0,
  } as unknown as Transport;
  port = new EnvelopePort({
    transport,
    codec: {
      encode: (message) => new TextEncoder().encode(JSON.stringify(message)),
      decode: (bytes) => {
        if (bytes.length === 0) throw new HoldfastError('FRAME_MALFORMED', { problem: 'empty' });
        if (bytes.length === 1) throw new HoldfastError('WRONG_CLUSTER', { theirs: 'U', ours: 'U+1' });
        return JSON.parse(new TextDecoder().decode(bytes));
      },
      encodeGossip: () => new Uint8Array(),
      decodeGossip: () => ({}),
    },
    filter: { drops: (peer) => dropped.has(peer) },
    logger: { log: (record) => void logs.push(record) },
    epochs: new EpochGuard('U+1'),
    onLeftBehind: (cluster) => void leftBehind.push(cluster),
    onMessage: (from, link, message) => void heard.push([from, link, message]),
    onGossip: () => undefined,
  });
});

afterEach(() => vi.useRealTimers());

test('a joiner whose ticket was used stays admitted for ten seconds, to get its answer', () => {
  const peers = port.asDriverPort();
  peers.setPeers([member, joiner]);
  peers.setPeers([member]);
  expect(admitted.at(-1)).toEqual(['n2', 'joiner-T']);
  expect(port.peers).toContainEqual(joiner);
  vi.advanceTimersByTime(10_000);
  expect(admitted.at(-1)).toEqual(['n2']);
});

test('a malformed frame is refused and logged once a second, and nothing of it is passed on', () => {
  for (let count = 0; count < 50; count += 1) port.receive('n2', 0, new Uint8Array());
  expect(heard).toEqual([]);
  expect(logs.map((record) => record.fields.code)).toEqual(['FRAME_MALFORMED']);
});

test('frames of dropped peers pass in neither direction', () => {
  dropped.add('n2');
  port.asDriverPort().send('n2', {});
  port.receive('n2', 0, new TextEncoder().encode('{}'));
  expect([sent, heard]).toEqual([[], []]);
  dropped.clear();
  port.asDriverPort().send('n2', {});
  port.receive('n2', 1, new TextEncoder().encode('{"a":1}'));
  expect([sent, heard]).toEqual([['n2'], [['n2', 1, { a: 1 }]]]);
});

test('rule 10: who comes with an older epoch is told that it was left behind', () => {
  port.receive('n2', 0, new Uint8Array(1));
  expect(sent).toEqual(['n2']);
  expect(heard).toEqual([]);
  expect(logs[0]?.fields.code).toBe('WRONG_CLUSTER');
});

test('rule 10: a member that is told so says it once, and passes nothing on any more', () => {
  const notice = (cluster: string) => Buffer.from(JSON.stringify({ parts: [{ kind: 'barred', cluster }] }));
  port.receive('n2', 0, notice('U'));
  expect(leftBehind).toEqual([]);
  port.receive('n2', 0, notice('U+2'));
  port.receive('n2', 0, notice('U+2'));
  expect(leftBehind).toEqual(['U+2']);
  expect(heard).toHaveLength(1);
});

import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { encodeFrame, frameHeader } from '@holdfast/protocol';
import type { Stream } from '@libp2p/interface';
import { afterEach, describe, expect, test } from 'vitest';
import { TRANSPORT_LIMITS } from '../src/index.ts';
import { REQUEST_PROTOCOL } from '../src/link-names.ts';
import { type RawPeer, startRawPeer } from './raw-peer.ts';
import {
  connectMembers,
  dialOrder,
  isConnected,
  pause,
  startMember,
  stopMembers,
  type TestMember,
  until,
} from './test-members.ts';

const rawPeers: RawPeer[] = [];
afterEach(async () => {
  for (const peer of rawPeers.splice(0)) await peer.stop();
  await stopMembers();
});

/** A member, and a peer on its list that says what it likes. */
async function memberAndRawPeer(): Promise<{ member: TestMember; raw: RawPeer }> {
  const [first, second] = await dialOrder();
  const member = await startMember('member', { identity: second });
  const [address, secondAddress] = member.peer.addresses;
  const addresses = [address!, secondAddress!];
  member.transport.setPeers([{ name: 'raw', peerId: first.peerId, addresses, role: 'member' }]);
  const raw = await startRawPeer(first, { address: address!, peerId: second.peerId });
  rawPeers.push(raw);
  return { member, raw };
}

const hello = encodeFrame(Buffer.from(JSON.stringify({ version: 1, link: 0 })));

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapMiB(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1024 / 1024;
}

/** Resolves when the other side has ended the connection. */
function ended(socket: Socket): Promise<void> {
  socket.on('error', () => undefined);
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

describe('bytes of strangers on the port', () => {
  test('end their connection and nothing else, with memory bounded', async () => {
    const a = await startMember('a');
    const b = await startMember('b');
    await connectMembers(a, b);
    const port = Number(a.peer.addresses[0]!.split(':')[1]);
    const beforeMiB = heapMiB();
    const closings: Promise<void>[] = [];
    for (let round = 0; round < 40; round += 1) {
      const socket = connect(port, '127.0.0.1');
      closings.push(ended(socket));
      if (round % 4 === 0) socket.write(randomBytes(100_000));
      if (round % 4 === 1) socket.write('GET / HTTP/1.1\r\n\r\n');
      // The right first words, then an endless length.
      if (round % 4 === 2)
        socket.write(Buffer.concat([Buffer.from('\x13/multistream/1.0.0\n'), Buffer.alloc(50_000, 0xff)]));
      // Says nothing at all: closed when its time is up.
    }
    let peakMiB = 0;
    const flood = connect(port, '127.0.0.1');
    closings.push(ended(flood));
    for (let round = 0; round < 500 && !flood.destroyed; round += 1) {
      if (!flood.write(Buffer.alloc(64 * 1024))) await pause(1);
      peakMiB = Math.max(peakMiB, process.memoryUsage().arrayBuffers / 1024 / 1024);
    }
    await Promise.all(closings);
    expect(heapMiB() - beforeMiB).toBeLessThan(10);
    expect(peakMiB).toBeLessThan(60);
    expect(isConnected(a) && isConnected(b)).toBe(true);
    expect(b.transport.send('a', Buffer.from('still here'))).toBe(true);
    await until(() => a.received.length === 1);
  }, 60_000);
});

describe('a member that does not keep to the protocol', () => {
  test('loses its link over a frame above the limit, before memory is taken for it', async () => {
    const { member, raw } = await memberAndRawPeer();
    const { connection, stream } = await raw.openLink();
    stream.send(hello);
    await until(() => member.transport.links()[0]!.connected);
    const beforeMiB = heapMiB();
    stream.send(frameHeader(0xffff_fff0));
    await until(() => !member.transport.links()[0]!.connected);
    await until(() => connection.status !== 'open');
    expect(heapMiB() - beforeMiB).toBeLessThan(20);
    const down = member.log.find((record) => record.event === 'link-down');
    expect(down?.fields).toMatchObject({ node: 'raw', link: 0, code: 'FRAME_TOO_LARGE' });
    const again = await raw.openLink();
    again.stream.send(hello);
    await until(() => member.transport.links()[0]!.connected);
  });

  test('does not get a link by a wrong hello', async () => {
    const { member, raw } = await memberAndRawPeer();
    const wrong = [
      randomBytes(500),
      encodeFrame(Buffer.from('no json')),
      encodeFrame(Buffer.from('null')),
      encodeFrame(Buffer.from('{"version":1,"link":7}')),
      encodeFrame(Buffer.from('{"version":1,"link":-1}')),
      encodeFrame(Buffer.from('{"version":2,"link":0}')),
      encodeFrame(Buffer.alloc(5000, 0x20)),
      frameHeader(0),
    ];
    for (const bytes of wrong) {
      const { connection, stream } = await raw.openLink();
      stream.send(bytes);
      await until(() => connection.status !== 'open', 4000);
    }
    expect(member.transport.links().some((link) => link.connected)).toBe(false);
  });

  test('is cut off when it connects and then says nothing', async () => {
    const { raw } = await memberAndRawPeer();
    const silent = await raw.connect();
    const withStream = await raw.openLink();
    await until(() => silent.status !== 'open' && withStream.connection.status !== 'open', 6000);
  });

  test('has its requests refused when they are garbage, and cannot open streams without end', async () => {
    const { member, raw } = await memberAndRawPeer();
    const { connection, stream } = await raw.openLink();
    stream.send(hello);
    await until(() => member.transport.links()[0]!.connected);
    for (const bytes of [randomBytes(2000), frameHeader(0xffff_ffff)]) {
      const request = await connection.newStream(REQUEST_PROTOCOL);
      request.send(bytes);
      await until(() => request.status !== 'open', 3000);
    }
    await Promise.allSettled(
      Array.from({ length: 200 }, () => connection.newStream(REQUEST_PROTOCOL, { maxOutboundStreams: 1000 })),
    );
    const isOpenRequest = (one: Stream) => one.protocol === REQUEST_PROTOCOL && one.status === 'open';
    await until(() => connection.streams.filter(isOpenRequest).length <= TRANSPORT_LIMITS.maxRequests);
    expect(member.transport.links()[0]!.connected).toBe(true);
    stream.send(encodeFrame(Buffer.from('fine')));
    await until(() => member.received.length === 1);
  });
});

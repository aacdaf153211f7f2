import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { TransportPeer } from '@holdfast/ports';
import { encodeEnvelope } from '@holdfast/protocol';
import { generateIdentity, type Identity, Libp2pTransport, loadIdentity } from '@holdfast/transport';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOf } from '../../packages/cli/src/dev/dev-faults.ts';
import type { DevMember } from '../../packages/cli/src/dev/dev-layout.ts';
import { startLoopbackCluster } from './loopback-cluster.ts';
import { pause, until } from './namespaces/run-command.ts';

const silent = { onMessage: () => undefined, onGossip: () => undefined, onLinkChange: () => undefined };
const noRequests = { onRequest: () => Promise.reject(new Error('answers nothing')) };

describe('what a member must refuse', () => {
  let cluster: Awaited<ReturnType<typeof startLoopbackCluster>>;
  let target: DevMember;
  let stolen: DevMember;

  beforeAll(async () => {
    cluster = await startLoopbackCluster({ restartDelayMs: 600_000 });
    target = cluster.record.members[0]!;
    stolen = cluster.record.members[2]!;
  }, 60_000);
  afterAll(() => cluster?.stop(), 30_000);

  const logOf = (member: DevMember): string => readFileSync(member.logFile, 'utf8');
  const residentKiB = (pid: number): number =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

  /** A transport that dials the target as if it were somebody. */
  async function impostor(identity: Identity, listen: readonly string[]): Promise<Libp2pTransport> {
    const transport = new Libp2pTransport({ identity, listen });
    await transport.start({ ...silent, ...noRequests });
    const { peerId } = await clientOf(target).daemon();
    const peer: TransportPeer = { name: target.name, peerId, addresses: target.addresses, role: 'member' };
    transport.setPeers([peer]);
    return transport;
  }

  async function stillAlive(): Promise<void> {
    const { pid, state } = await clientOf(target).daemon();
    expect(state).toBe('member');
    expect(pid).toBe(cluster.supervisor.pidOf(target.name));
    expect((await clientOf(target).status()).quorate).toBe(true);
  }

  test('random bytes on the port of a link', async () => {
    const [host, port] = target.addresses[0]!.split(':');
    for (let size = 1; size <= 100_000; size *= 10) {
      await new Promise<void>((resolve) => {
        const socket = connect({ host: host!, port: Number(port) }, () => socket.end(randomBytes(size)));
        socket.setTimeout(3_000, () => socket.destroy());
        socket.resume();
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
      });
    }
    await stillAlive();
  }, 30_000);

  test('an identity that is not in the member list', async () => {
    const identity = await generateIdentity();
    const transport = await impostor(identity, []);
    await until('the refusal', 10_000, () => logOf(target).includes(identity.peerId));
    const record = logOf(target)
      .split('\n')
      .find((line) => line.includes(identity.peerId));
    expect(JSON.parse(record ?? '{}')).toMatchObject({ code: 'UNKNOWN_PEER' });
    await transport.stop();
    await stillAlive();
  }, 30_000);

  test('a configuration of 100 MB, with bounded memory', async () => {
    const pid = cluster.supervisor.pidOf(target.name)!;
    const before = residentKiB(pid);
    const change = 'x'.repeat(100 * 1024 * 1024);
    await expect(clientOf(target).change({ change }, { timeoutMs: 20_000 })).rejects.toMatchObject({
      code: 'REQUEST_TOO_LARGE',
    });
    expect(residentKiB(pid) - before).toBeLessThan(64 * 1024);
    await stillAlive();
  }, 60_000);

  test('malformed frames and frames of another cluster from a peer that is let in', async () => {
    const identity = await loadIdentity(join(stolen.directory, 'state', 'identity.key'));
    process.kill(cluster.supervisor.pidOf(stolen.name)!, 'SIGKILL');
    await pause(500);
    const transport = await impostor(identity, stolen.addresses);
    const sendUntilLogged = (bytes: Uint8Array, sign: string): Promise<boolean> =>
      until(sign, 15_000, () => {
        transport.send(target.name, bytes);
        return logOf(target).includes(sign);
      });
    await sendUntilLogged(randomBytes(1000), 'FRAME_MALFORMED');
    const foreign = { cluster: 'somebody-else', incarnation: 1, life: 'a', parts: [] };
    await sendUntilLogged(encodeEnvelope(foreign), 'WRONG_CLUSTER');
    for (const text of [
      '',
      '[]',
      '{}',
      '{"cluster":1}',
      `{"cluster":"x","incarnation":-1}`,
      '{"parts":'.repeat(999),
    ]) {
      transport.send(target.name, new TextEncoder().encode(text));
    }
    await pause(500);
    await transport.stop();
    await stillAlive();
  }, 60_000);
});

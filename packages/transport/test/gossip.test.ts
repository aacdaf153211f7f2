import { afterEach, describe, expect, test } from 'vitest';
import { CuttableProxy } from './cuttable-proxy.ts';
import {
  connectMembers,
  dialOrder,
  isConnected,
  pause,
  startMember,
  stopMembers,
  until,
} from './test-members.ts';

afterEach(stopMembers);

describe('gossip', () => {
  test('reaches members that are not connected to the author', async () => {
    const members = [await startMember('a'), await startMember('b'), await startMember('c')] as const;
    const [a, b, c] = members;
    a.transport.setPeers([b.peer, { ...c.peer, addresses: ['127.0.0.1:1', '127.0.0.2:1'] }]);
    b.transport.setPeers([a.peer, c.peer]);
    c.transport.setPeers([b.peer, { ...a.peer, addresses: ['127.0.0.1:1', '127.0.0.2:1'] }]);
    await until(() => isConnected(b));
    let number = 0;
    await until(() => {
      number += 1;
      a.transport.publish('compliance', Buffer.from(`${number}`));
      return c.gossip.length > 0;
    });
    expect(a.transport.links().some((link) => link.peer === 'c' && link.connected)).toBe(false);
    expect(c.gossip[0]).toMatch(/^a compliance /);
  });

  test('moves to the other link when the one it used dies', async () => {
    const [first, second] = await dialOrder();
    const a = await startMember('a', { identity: first });
    const b = await startMember('b', { identity: second });
    const proxy = await CuttableProxy.start(b.peer.addresses[0]!);
    a.transport.setPeers([{ ...b.peer, addresses: [proxy.address, b.peer.addresses[1]!] }]);
    b.transport.setPeers([a.peer]);
    await until(() => isConnected(a) && isConnected(b));
    const bothHear = async (text: string) => {
      await until(() => {
        a.transport.publish('compliance', Buffer.from(`${text} ${performance.now()}`));
        b.transport.publish('compliance', Buffer.from(`${text} ${performance.now()}`));
        return [a, b].every((member) => member.gossip.some((one) => one.includes(text)));
      });
    };
    await bothHear('first');
    proxy.cut();
    await until(() => !a.transport.links()[0]!.connected && !b.transport.links()[0]!.connected);
    const startMs = performance.now();
    await bothHear('second');
    expect(performance.now() - startMs).toBeLessThan(1500);
    proxy.restore();
    await until(() => isConnected(a) && isConnected(b));
    await bothHear('third');
    await proxy.stop();
  });

  test('drops what is too large and topics nobody agreed on', async () => {
    const a = await startMember('a', { limits: { maxGossipBytes: 1000 } });
    const b = await startMember('b', { limits: { maxGossipBytes: 1000 } });
    await connectMembers(a, b);
    await until(() => {
      a.transport.publish('compliance', Buffer.from(`${performance.now()}`));
      return b.gossip.length > 0;
    });
    a.transport.publish('compliance', Buffer.alloc(1001, 'L'));
    a.transport.publish('other', Buffer.from('other'));
    await pause(200);
    expect(b.gossip.some((one) => one.includes('LLL') || one.includes('other'))).toBe(false);
  });
});

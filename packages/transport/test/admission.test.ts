import { afterEach, describe, expect, test } from 'vitest';
import { generateIdentity } from '../src/index.ts';
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

const ask = { protocol: '/join/1', bytes: Buffer.from('q'), timeoutMs: 2000 };

describe('admission', () => {
  test('refuses an unknown peer, says so in the log, and lets it open no stream', async () => {
    const member = await startMember('member');
    const stranger = await startMember('stranger', { listen: [] });
    stranger.transport.setPeers([member.peer]);
    await until(() => member.log.some((record) => record.event === 'peer-refused'));
    const record = member.log.find((one) => one.event === 'peer-refused');
    expect(record).toMatchObject({
      level: 'warn',
      fields: { code: 'UNKNOWN_PEER', peer: stranger.transport.peerId },
    });
    await pause(800);
    expect(stranger.transport.links().some((link) => link.connected)).toBe(false);
    expect(member.log.length).toBeLessThan(30);
    await expect(stranger.transport.request({ ...ask, to: 'member', timeoutMs: 300 })).rejects.toMatchObject({
      reason: 'not-connected',
    });
  });

  test('refuses whoever answers at the address of a member without being it', async () => {
    const [first, second] = await dialOrder();
    const member = await startMember('member', { identity: first });
    const impostor = await startMember('impostor', { identity: await generateIdentity() });
    impostor.transport.setPeers([member.peer]);
    member.transport.setPeers([{ ...impostor.peer, name: 'other', peerId: second.peerId }]);
    await pause(500);
    expect(member.transport.links().some((link) => link.connected)).toBe(false);
  });

  test('lets a joiner use the join protocol and nothing else', async () => {
    const member = await startMember('member', { joinerProtocols: ['/join/1'] });
    const joiner = await startMember('joiner', { listen: [] });
    member.transport.setPeers([{ ...joiner.peer, name: 'ticket', addresses: [], role: 'joiner' }]);
    joiner.transport.setPeers([member.peer]);
    const answer = await joiner.transport.request({ ...ask, to: 'member' });
    expect(Buffer.from(answer).toString()).toBe('ticket /join/1 q');

    await expect(
      joiner.transport.request({ ...ask, to: 'member', protocol: '/other/1' }),
    ).rejects.toMatchObject({ reason: 'closed' });
    await expect(
      joiner.transport.request({ ...ask, to: 'member', bytes: Buffer.alloc(100_000) }),
    ).rejects.toMatchObject({ reason: 'closed' });
    joiner.transport.send('member', Buffer.from('message'));
    for (let round = 0; round < 10; round += 1) {
      joiner.transport.publish('compliance', Buffer.from('gossip'));
      member.transport.publish('compliance', Buffer.from('secret'));
      await pause(50);
    }
    expect(member.received).toEqual([]);
    expect(member.gossip).toEqual([]);
    expect(joiner.gossip).toEqual([]);
    expect(member.transport.links()).toEqual([]);
    expect(member.transport.send('ticket', Buffer.from('x'))).toBe(false);
    // The refusals did not cost the joiner its way in.
    await joiner.transport.request({ ...ask, to: 'member' });
  });

  test('turns a joiner into a member when the list says so', async () => {
    const member = await startMember('member');
    const other = await startMember('other');
    member.transport.setPeers([{ ...other.peer, addresses: [], role: 'joiner' }]);
    other.transport.setPeers([member.peer]);
    await pause(300);
    await connectMembers(member, other);
    expect(isConnected(member)).toBe(true);
    expect(other.transport.send('member', Buffer.from('hello'))).toBe(true);
    await until(() => member.received.length === 1);
  });

  test('cannot be had by a list with an identity nobody could read', async () => {
    const member = await startMember('member');
    expect(() => member.transport.setPeers([{ ...member.peer, name: 'x', peerId: 'nonsense' }])).toThrow();
  });
});

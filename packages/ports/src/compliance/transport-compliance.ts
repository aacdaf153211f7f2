import { assert } from '../assert.ts';
import type { LinkState, Transport, TransportHandlers, TransportPeer } from '../transport.ts';
import { type ComplianceCheck, expectRejection, expectSame } from './compliance-check.ts';

/** A network on which members are started. */
export interface TransportHarness {
  /** Starts a member with two links that takes part in the gossip topic `compliance`. */
  start(name: string, handlers: TransportHandlers): Promise<{ transport: Transport; peer: TransportPeer }>;
  /** Resolves when the condition holds; rejects after a few seconds of the implementation's clock. */
  until(condition: () => boolean): Promise<void>;
  dispose(): Promise<void>;
}

interface Member {
  readonly transport: Transport;
  readonly peer: TransportPeer;
  readonly messages: { from: string; link: number; text: string }[];
  readonly gossip: { from: string; topic: string; text: string }[];
  readonly changes: LinkState[];
}

type Step = (harness: TransportHarness) => Promise<void>;

/** The checks every Transport must pass; `makeHarness` gives an empty network for each. */
export function transportComplianceChecks(
  makeHarness: () => Promise<TransportHarness>,
): readonly ComplianceCheck[] {
  return Object.entries(STEPS).map(([name, step]) => ({
    name,
    run: async () => {
      const harness = await makeHarness();
      try {
        await step(harness);
      } finally {
        await harness.dispose();
      }
    },
  }));
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

async function startMember(harness: TransportHarness, name: string): Promise<Member> {
  const messages: Member['messages'] = [];
  const gossip: Member['gossip'] = [];
  const changes: LinkState[] = [];
  const started = await harness.start(name, {
    onMessage: (from, link, bytes) => messages.push({ from, link, text: decode(bytes) }),
    onRequest: (from, protocol, bytes, signal) => answer(from, protocol, decode(bytes), signal),
    onGossip: (from, topic, bytes) => gossip.push({ from, topic, text: decode(bytes) }),
    onLinkChange: (state) => changes.push(state),
  });
  return { ...started, messages, gossip, changes };
}

/** `refuse` rejects, `hang` waits for the end of the request, anything else is echoed with who asked. */
function answer(from: string, protocol: string, text: string, signal: AbortSignal): Promise<Uint8Array> {
  if (text === 'refuse') return Promise.reject(new Error('refused by the handler'));
  if (text !== 'hang') return Promise.resolve(encode(`${from} ${protocol} ${text}`));
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('ended')));
  });
}

async function connect(harness: TransportHarness, ...names: readonly string[]): Promise<Member[]> {
  const members: Member[] = [];
  for (const name of names) members.push(await startMember(harness, name));
  const peers = members.map((member) => member.peer);
  for (const member of members) member.transport.setPeers(peers);
  await harness.until(() => members.every((member) => allConnected(member, (names.length - 1) * 2)));
  return members;
}

function allConnected(member: Member, count: number): boolean {
  const links = member.transport.links();
  return links.length === count && links.every((link) => link.connected);
}

const STEPS: Readonly<Record<string, Step>> = {
  'every link of every peer comes up and is reported': async (harness) => {
    const [a] = await connect(harness, 'a', 'b', 'c');
    assert(a, 'a member');
    const up = a.changes
      .filter((change) => change.connected)
      .map((change) => `${change.peer} ${change.link}`);
    expectSame([...new Set(up)].sort(), ['b 0', 'b 1', 'c 0', 'c 1'], 'links reported up');
  },

  'messages arrive once, in order per link, with the name of their sender': async (harness) => {
    const [a, b] = await connect(harness, 'a', 'b');
    assert(a && b, 'two members');
    for (let number = 0; number < 200; number += 1) {
      for (const link of [0, 1]) expectSame(a.transport.send('b', encode(`${number}`), link), true, 'sent');
    }
    await harness.until(() => b.messages.length >= 400);
    const expected = Array.from({ length: 200 }, (_unused, number) => ({ from: 'a', text: `${number}` }));
    for (const link of [0, 1]) {
      const arrived = b.messages.filter((message) => message.link === link);
      expectSame(
        arrived.map(({ from, text }) => ({ from, text })),
        expected,
        `messages of link ${link}`,
      );
    }
  },

  'an empty message and one of a megabyte arrive': async (harness) => {
    const [a, b] = await connect(harness, 'a', 'b');
    assert(a && b, 'two members');
    const large = 'x'.repeat(1024 * 1024);
    for (const text of ['', large, 'end']) expectSame(a.transport.send('b', encode(text), 0), true, 'sent');
    await harness.until(() => b.messages.length >= 3);
    expectSame(
      b.messages.map((message) => message.text.length),
      [0, large.length, 3],
      'lengths',
    );
  },

  'a message without a link goes over one that is connected': async (harness) => {
    const [a, b] = await connect(harness, 'a', 'b');
    assert(a && b, 'two members');
    expectSame(a.transport.send('b', encode('any')), true, 'sent');
    await harness.until(() => b.messages.length === 1);
  },

  'sending to a stranger, to oneself or over a link that is not there is refused': async (harness) => {
    const [a] = await connect(harness, 'a', 'b');
    assert(a, 'a member');
    expectSame(a.transport.send('stranger', encode('x')), false, 'to a stranger');
    expectSame(a.transport.send('a', encode('x')), false, 'to oneself');
    expectSame(a.transport.send('b', encode('x'), 5), false, 'over link 5');
  },

  'a request is answered, and its handler knows who asks what': async (harness) => {
    const [a] = await connect(harness, 'a', 'b');
    assert(a, 'a member');
    const ask = (text: string) =>
      a.transport.request({ to: 'b', protocol: '/test/1', bytes: encode(text), timeoutMs: 5000 });
    const answers = await Promise.all(['one', 'two', 'three'].map(ask));
    expectSame(answers.map(decode), ['a /test/1 one', 'a /test/1 two', 'a /test/1 three'], 'answers');
  },

  'a request rejects when it is refused, too slow, given up, or its peer is unknown': async (harness) => {
    const [a] = await connect(harness, 'a', 'b');
    assert(a, 'a member');
    const given = { to: 'b', protocol: '/test/1', timeoutMs: 300 };
    await expectRejection(a.transport.request({ ...given, bytes: encode('refuse') }), 'refused');
    await expectRejection(a.transport.request({ ...given, bytes: encode('hang') }), 'too slow');
    const abort = new AbortController();
    const request = a.transport.request({
      ...given,
      timeoutMs: 60_000,
      bytes: encode('hang'),
      signal: abort.signal,
    });
    abort.abort();
    await expectRejection(request, 'given up');
    await expectRejection(a.transport.request({ ...given, to: 'stranger', bytes: encode('x') }), 'unknown');
    const after = await a.transport.request({ ...given, timeoutMs: 5000, bytes: encode('still works') });
    expectSame(decode(after), 'a /test/1 still works', 'afterwards');
  },

  'gossip reaches every other member with the name of its author': async (harness) => {
    const [a, b, c] = await connect(harness, 'a', 'b', 'c');
    assert(a && b && c, 'three members');
    // Subscriptions spread on their own time, so the first messages may reach nobody.
    let number = 0;
    await harness.until(() => {
      number += 1;
      a.transport.publish('compliance', encode(`status ${number}`));
      return b.gossip.length > 0 && c.gossip.length > 0;
    });
    for (const { gossip } of [b, c]) {
      expectSame([gossip[0]?.from, gossip[0]?.topic], ['a', 'compliance'], 'author and topic');
    }
    expectSame(a.gossip.length, 0, 'own gossip heard back');
  },

  'a peer taken off the list is cut off on every link': async (harness) => {
    const [a, b] = await connect(harness, 'a', 'b');
    assert(a && b, 'two members');
    a.transport.setPeers([a.peer]);
    await harness.until(() => b.transport.links().every((link) => !link.connected));
    expectSame(a.transport.links(), [], 'links of a');
    expectSame(a.transport.send('b', encode('x')), false, 'sent');
    a.transport.setPeers([a.peer, b.peer]);
    await harness.until(() => allConnected(a, 2) && allConnected(b, 2));
  },

  'a stopped member is seen as gone': async (harness) => {
    const [a, b] = await connect(harness, 'a', 'b');
    assert(a && b, 'two members');
    await b.transport.stop();
    await harness.until(() => a.transport.links().every((link) => !link.connected));
    const last = a.changes.slice(-2).map((change) => change.connected);
    expectSame(last, [false, false], 'changes reported');
  },
};

import type { LogRecord, TransportHandlers, TransportPeer } from '@holdfast/ports';
import { generateIdentity, type Identity, Libp2pTransport, type TransportOptions } from '../src/index.ts';

export interface TestMember {
  readonly transport: Libp2pTransport;
  readonly peer: TransportPeer;
  readonly identity: Identity;
  readonly received: { from: string; link: number; bytes: Uint8Array }[];
  readonly gossip: string[];
  readonly log: LogRecord[];
}

const started = new Set<Libp2pTransport>();

/** Two identities, the one that dials the other first. */
export async function dialOrder(): Promise<[Identity, Identity]> {
  const pair = [await generateIdentity(), await generateIdentity()].sort((a, b) =>
    a.peerId < b.peerId ? -1 : 1,
  );
  return [pair[0]!, pair[1]!];
}

/** Starts a member on loopback addresses; port 0 takes any free one. */
export async function startMember(
  name: string,
  options: Partial<TransportOptions> & { handlers?: Partial<TransportHandlers> } = {},
): Promise<TestMember> {
  const identity = options.identity ?? (await generateIdentity());
  const log: LogRecord[] = [];
  const received: TestMember['received'] = [];
  const gossip: string[] = [];
  const transport = new Libp2pTransport({
    listen: ['127.0.0.1:0', '127.0.0.2:0'],
    topics: ['compliance'],
    logger: { log: (record) => log.push(record) },
    ...options,
    identity,
  });
  started.add(transport);
  await transport.start({
    onMessage: (from, link, bytes) => received.push({ from, link, bytes }),
    onRequest: async (from, protocol, bytes) => Buffer.from(`${from} ${protocol} ${Buffer.from(bytes)}`),
    onGossip: (from, topic, bytes) => gossip.push(`${from} ${topic} ${Buffer.from(bytes)}`),
    onLinkChange: () => undefined,
    ...options.handlers,
  });
  const peer: TransportPeer = {
    name,
    peerId: transport.peerId,
    addresses: transport.listenAddresses(),
    role: 'member',
  };
  return { transport, peer, identity, received, gossip, log };
}

/** Makes all of them members of each other and waits for every link. */
export async function connectMembers(...members: readonly TestMember[]): Promise<void> {
  const peers = members.map((member) => member.peer);
  for (const member of members) member.transport.setPeers(peers);
  for (const member of members) await until(() => isConnected(member));
}

export function isConnected(member: TestMember): boolean {
  const links = member.transport.links();
  return links.length > 0 && links.every((link) => link.connected);
}

export async function until(condition: () => boolean, timeoutMs = 8000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms for ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export async function stopMembers(): Promise<void> {
  for (const transport of started) await transport.stop();
  started.clear();
}

import type { LinkState, LogLevel, Transport, TransportHandlers, TransportPeer } from '@holdfast/ports';
import { assert } from '@holdfast/ports';
import type { ConnectionGater, PeerId } from '@libp2p/interface';
import { type Libp2pNode, makeLibp2pNode } from './libp2p-node.ts';
import { LINK_PROTOCOL, REQUEST_PROTOCOL } from './link-names.ts';
import { LinkTable, linkState } from './link-table.ts';
import { LogThrottle } from './log-throttle.ts';
import { MemberGossip } from './member-gossip.ts';
import { OwnListeners } from './own-listeners.ts';
import { sourceAddress, toMultiaddr } from './peer-address.ts';
import { PeerDirectory } from './peer-directory.ts';
import type { PeerLink } from './peer-link.ts';
import { RequestClient, type TransportRequest } from './request-client.ts';
import { serveRequest } from './request-streams.ts';
import { abortConnection, mergeSmallWrites } from './stream-tuning.ts';
import {
  TRANSPORT_LIMITS,
  TRANSPORT_TIMING,
  type TransportLimits,
  type TransportOptions,
  type TransportTiming,
} from './transport-options.ts';

const CHECK_INTERVAL_MS = 1000;

/** Links between members over libp2p: TCP, noise, yamux, gossipsub. */
export class Libp2pTransport implements Transport {
  readonly #options: TransportOptions;
  readonly #timing: TransportTiming;
  readonly #limits: TransportLimits;
  readonly #directory: PeerDirectory;
  readonly #table: LinkTable;
  readonly #gossip: MemberGossip;
  readonly #throttle: LogThrottle;
  readonly #requests: RequestClient;
  #handlers: TransportHandlers | undefined;
  #node: Libp2pNode | undefined;
  #listeners: OwnListeners | undefined;
  #checks: NodeJS.Timeout | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#timing = { ...TRANSPORT_TIMING, ...options.timing };
    this.#limits = { ...TRANSPORT_LIMITS, ...options.limits };
    this.#throttle = new LogThrottle(options.logger);
    this.#directory = new PeerDirectory(options.identity.peerId, options.listen.length === 0);
    this.#gossip = new MemberGossip({
      topics: options.topics ?? [],
      limits: this.#limits,
      isMember: (peerId) => this.#directory.byId(peerId)?.role === 'member',
      onGossip: (author, topic, bytes) => {
        const from = this.#directory.byId(author)?.name;
        if (from !== undefined) this.#handlers?.onGossip(from, topic, bytes);
      },
    });
    this.#table = new LinkTable(this.#directory, {
      timing: this.#timing,
      ownLinks: options.listen.length || Number.POSITIVE_INFINITY,
      limits: this.#limits,
      dials: (peer) => this.#directory.dials(peer),
      dial: (peer, link, signal) => this.#dial(peer, link, signal),
      onFrame: (link, payload) => {
        if (link.peer.role === 'member') this.#handlers?.onMessage(link.peer.name, link.link, payload);
      },
      onChange: (link, reason) => this.#onChange(link, reason),
    });
    this.#requests = new RequestClient({
      limits: this.#limits,
      isKnown: (name) => this.#directory.byName(name) !== undefined,
      connectionTo: (name) => this.#table.best(name)?.current?.connection,
    });
  }

  get peerId(): string {
    return this.#options.identity.peerId;
  }

  async start(handlers: TransportHandlers): Promise<void> {
    assert(!this.#handlers, 'a transport is started once');
    this.#handlers = handlers;
    const node = await makeLibp2pNode(this.#options, {
      gater: this.#gater(),
      gossip: this.#gossip,
      upgradeTimeoutMs: this.#timing.helloTimeoutMs,
    });
    this.#node = node;
    this.#listeners = new OwnListeners(node.dialer, (address, { message }) => {
      this.#log('error', 'listen-failed', `cannot listen on ${address}: ${message}`, { address });
    });
    await node.libp2p.start();
    await node.libp2p.handle(LINK_PROTOCOL, (stream, connection) => this.#table.accept(stream, connection), {
      maxInboundStreams: 1,
    });
    await this.#handleRequests(node, handlers);
    this.#gossip.subscribe();
    await this.#listeners.start(this.#options.listen).catch(async (error) => {
      await this.stop();
      throw error;
    });
    this.#checks = setInterval(() => this.#check(), CHECK_INTERVAL_MS);
    this.#table.update();
  }

  setPeers(peers: readonly TransportPeer[]): void {
    this.#directory.set(peers);
    if (!this.#node) return;
    this.#table.update();
    for (const connection of this.#node.libp2p.getConnections()) {
      if (!this.#directory.byId(connection.remotePeer.toString()))
        abortConnection(connection, new Error('no longer a member'));
    }
  }

  send(to: string, bytes: Uint8Array, link?: number): boolean {
    const chosen = link === undefined ? this.#table.best(to) : this.#table.of(to)[link];
    if (chosen?.peer.role !== 'member') return false;
    return chosen.current?.send(bytes) ?? false;
  }

  async request(options: TransportRequest): Promise<Uint8Array> {
    return await this.#requests.send(options);
  }

  publish(topic: string, bytes: Uint8Array): void {
    this.#gossip.publish(topic, bytes);
  }

  links(): readonly LinkState[] {
    return this.#table.states();
  }

  /** Own addresses really listened on, `host:port` per link; differs from the option where its port was 0. */
  listenAddresses(): string[] {
    return this.#listeners?.addresses() ?? [];
  }

  async stop(): Promise<void> {
    this.#requests.stop();
    clearInterval(this.#checks);
    this.#listeners?.stop();
    this.#table.end();
    await this.#node?.libp2p.stop();
  }

  #dial(peer: TransportPeer, link: number, signal: AbortSignal) {
    const localAddress = sourceAddress(this.#options.listen[link]);
    return this.#node!.dialer.dial(toMultiaddr(peer.addresses[link]!, peer.peerId), {
      signal,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
  }

  /** Admission. It runs once noise has proved who the other side is, before any stream can be opened. */
  #gater(): ConnectionGater {
    return {
      denyInboundEncryptedConnection: (peerId: PeerId, socket) => {
        const peer = this.#directory.byId(peerId.toString());
        if (!peer) {
          this.#log('warn', 'peer-refused', 'a connection of an unknown peer was refused', {
            code: 'UNKNOWN_PEER',
            peer: peerId.toString(),
            address: socket.remoteAddr.toString(),
          });
          return true;
        }
        if (!this.#directory.dials(peer)) {
          mergeSmallWrites(socket);
          return false;
        }
        this.#table.knocked(peer.name);
        return true;
      },
      denyOutboundEncryptedConnection: (peerId: PeerId, socket) => {
        mergeSmallWrites(socket);
        return !this.#directory.byId(peerId.toString());
      },
    };
  }

  async #handleRequests(node: Libp2pNode, handlers: TransportHandlers): Promise<void> {
    const server = {
      timing: this.#timing,
      limits: this.#limits,
      joinerProtocols: new Set(this.#options.joinerProtocols ?? []),
      handle: handlers.onRequest,
    };
    await node.libp2p.handle(
      REQUEST_PROTOCOL,
      (stream, connection) => {
        const peer = this.#directory.byId(connection.remotePeer.toString());
        if (peer) void serveRequest(stream, peer, server);
        else abortConnection(connection, new Error('not in the member list'));
      },
      { maxInboundStreams: this.#limits.maxRequests, maxOutboundStreams: this.#limits.maxRequests },
    );
  }

  #onChange(link: PeerLink, reason: Error | undefined): void {
    const connected = link.current !== undefined;
    const { name: peer, role } = link.peer;
    const fields = {
      node: peer,
      link: link.link,
      ...(reason ? { reason: reason.message, ...codeOf(reason) } : {}),
    };
    if (connected) this.#log('info', 'link-up', `link ${link.link} to ${peer} is up`, fields);
    else this.#log('warn', 'link-down', `link ${link.link} to ${peer} is down`, fields);
    if (connected) this.#requests.linkUp();
    if (role === 'joiner') return;
    this.#carryGossip(peer);
    this.#handlers?.onLinkChange(linkState(link));
  }

  #carryGossip(name: string): void {
    const connection = this.#table.best(name)?.current?.connection;
    if (connection) this.#gossip.attach(connection);
  }

  #check(): void {
    this.#table.check();
    for (const peer of this.#directory.all()) {
      if (peer.role === 'member') this.#carryGossip(peer.name);
    }
    this.#closeIdle();
  }

  /** A connection that was admitted but never became a link would otherwise stay for ever. */
  #closeIdle(): void {
    const links = new Set(this.#table.all().map((link) => link.current?.connection));
    for (const connection of this.#node?.libp2p.getConnections() ?? []) {
      const ageMs = Date.now() - connection.timeline.open;
      if (!links.has(connection) && ageMs > this.#timing.helloTimeoutMs)
        abortConnection(connection, new Error('no hello in time'));
    }
  }

  #log(level: LogLevel, event: string, message: string, fields: Record<string, unknown>): void {
    this.#throttle.log({ level, event, message, fields });
  }
}

function codeOf(error: Error): { code?: string } {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? { code } : {};
}

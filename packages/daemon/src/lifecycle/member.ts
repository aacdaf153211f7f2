import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { HoldfastError } from '@holdfast/model';
import type { FirstRecord } from '@holdfast/node';
import type { Logger, Store, StoredState, Transport } from '@holdfast/ports';
import { type ApiRequest, type ApiResponse, JOIN_PROTOCOL, type TokenGrant } from '@holdfast/protocol';
import type { LocalConfiguration } from '../configuration/local-configuration.ts';
import type { StatePaths } from '../configuration/state-directory.ts';
import { errorResponse } from '../control/api-error.ts';
import { answerJoin, encodeJson } from '../join/join-requests.ts';
import { encodeJoinToken } from '../join/join-token.ts';
import { EnvelopePort, type FrameFilter } from '../member/envelope-port.ts';
import { EpochGuard } from '../member/epoch-guard.ts';
import { MemberDriver, PENDING_REQUEST_LIMIT } from '../member/member-driver.ts';
import { SYSTEM_CLOCK } from '../member/monotonic-clock.ts';
import type { NodeCore } from '../member/node-core.ts';
import { PolicyThread } from '../policy/policy-thread.ts';
import { readBootId } from './boot-id.ts';
import type { DaemonIdentity, MemberAdapters } from './member-adapters.ts';

export interface MemberOptions {
  readonly configuration: LocalConfiguration;
  readonly paths: StatePaths;
  readonly adapters: MemberAdapters;
  readonly identity: DaemonIdentity;
  readonly first: FirstRecord;
  readonly store: Store;
  readonly stored: StoredState;
  readonly filter: FrameFilter;
  readonly logger: Logger;
  readonly onExit: (exit: { clean: boolean; reason: string }) => void;
  readonly onFatal: (error: unknown) => void;
  readonly onActivity: () => void;
  /** A forced recovery left this member behind; the cluster's identity now. */
  readonly onLeftBehind: (cluster: string) => void;
}

/** A computation that takes longer has gone wrong; the slowest of Pacemaker's own test cases take a second. */
const POLICY_TIMEOUT_MS = 60_000;
const POLICY_MEMORY_MB = 512;
/** Longest a part may take to stop before the rest is stopped without it. */
const PART_STOP_TIMEOUT_MS = 5_000;

/** A running cluster member: the node core with everything around it, started and stopped in order. */
export class Member {
  readonly #options: MemberOptions;
  readonly #transport: Transport;
  readonly #runners: ReturnType<MemberAdapters['createRunners']>;
  readonly #policy: PolicyThread;
  readonly #peers: EnvelopePort;
  readonly #core: NodeCore;
  readonly #driver: MemberDriver;

  private constructor(options: MemberOptions, transport: Transport) {
    const { adapters, configuration, logger, first, paths } = options;
    this.#options = options;
    this.#transport = transport;
    this.#runners = adapters.createRunners({ configuration, paths, logger });
    this.#policy = new PolicyThread({
      entry: adapters.policyWorker,
      timeoutMs: POLICY_TIMEOUT_MS,
      memoryMb: POLICY_MEMORY_MB,
      logger,
      onDone: (token, result) => this.#driver.feed({ kind: 'computed', nowMs: now(), token, result }),
    });
    this.#peers = new EnvelopePort({
      transport,
      codec: adapters.createCodec(first),
      filter: options.filter,
      logger,
      epochs: new EpochGuard(first.clusterUuid),
      onLeftBehind: options.onLeftBehind,
      onMessage: (from, link, message) =>
        this.#driver.feed({ kind: 'message', nowMs: now(), from, link, message }),
      onGossip: (from, topic, payload) =>
        this.#driver.feed({ kind: 'gossip', nowMs: now(), from, topic, payload }),
    });
    this.#core = adapters.createCore(nodeOptions(options));
    this.#driver = new MemberDriver({
      core: this.#core,
      ports: {
        store: options.store,
        agents: this.#runners.agents,
        fences: this.#runners.fences,
        watchdog: adapters.createWatchdog(configuration, logger),
        policy: this.#policy,
        peers: this.#peers.asDriverPort(),
        logger,
        clock: SYSTEM_CLOCK,
      },
      onExit: options.onExit,
      onFatal: options.onFatal,
      onActivity: options.onActivity,
    });
  }

  /** Starts everything; the node is the last, so that its first outputs find their adapters. */
  static async start(options: MemberOptions): Promise<Member> {
    const transport = await options.adapters.createTransport({
      identity: options.identity,
      listen: options.configuration.links.map((link) => link.listen),
      logger: options.logger,
    });
    const member = new Member(options, transport);
    await member.#start();
    return member;
  }

  get cluster(): { readonly name: string; readonly uuid: string } {
    return { name: this.#options.first.clusterName, uuid: this.#options.first.clusterUuid };
  }

  /** Puts a request to the node; the number of requests that wait is bounded. */
  async request(request: ApiRequest): Promise<ApiResponse> {
    if (this.#driver.pendingRequests >= PENDING_REQUEST_LIMIT) {
      return errorResponse(new HoldfastError('TOO_MANY_REQUESTS', { limit: PENDING_REQUEST_LIMIT }));
    }
    return this.#driver.request(request);
  }

  /** Has a ticket admitted and makes the line of text another machine joins with. */
  async token(options: {
    readonly name?: string;
    readonly voter: boolean;
    readonly witness: boolean;
    readonly validMs: number;
    readonly origin: string;
  }): Promise<ApiResponse> {
    const ticket = await this.#options.adapters.generateIdentity();
    const answer = await this.request({ kind: 'token', ticketPeerId: ticket.peerId, ...options });
    if (!answer.ok) return answer;
    const grant = answer.value as TokenGrant;
    // Just founded: the founder itself is not in the member list yet.
    if (grant.members.length === 0) return errorResponse(new HoldfastError('NO_LEADER'));
    const token = encodeJoinToken({ ...grant, ticketKey: ticket.toText() });
    return { ok: true, value: { token, expiresAtMs: grant.expiresAtMs } };
  }

  /** Leaves cleanly; `onExit` follows. */
  shutdown(timeoutMs: number): void {
    this.#driver.shutdown(timeoutMs);
  }

  /** Stops everything in the reverse order of the start. */
  async stop(): Promise<void> {
    await this.#part('driver', () => this.#driver.stop());
    this.#peers.stop();
    await this.#part('policy thread', () => this.#policy.stop());
    await this.#part('transport', () => this.#transport.stop());
    await this.#part('fence runner', () => this.#runners.fences.stop());
    await this.#part('agent runner', () => this.#runners.agents.stop());
  }

  async #start(): Promise<void> {
    const { agents, fences } = this.#runners;
    const wallMs = SYSTEM_CLOCK.wallMs;
    await agents.start((result) =>
      this.#driver.feed({ kind: 'agentResult', nowMs: now(), wallMs: wallMs(), result }),
    );
    await fences.start((result) =>
      this.#driver.feed({ kind: 'fenceResult', nowMs: now(), wallMs: wallMs(), result }),
    );
    await this.#transport.start({
      onMessage: (from, link, bytes) => this.#peers.receive(from, link, bytes),
      onGossip: (from, topic, bytes) => this.#peers.receiveGossip(from, topic, bytes),
      onRequest: (from, protocol, bytes) => this.#onRequest(from, protocol, bytes),
      onLinkChange: () => this.#options.onActivity(),
    });
    this.#driver.start(this.#options.stored);
  }

  /** The transport lets joiners use the join protocol only, and members have no other. */
  async #onRequest(from: string, protocol: string, bytes: Uint8Array): Promise<Uint8Array> {
    const joiner = this.#peers.peers.find((peer) => peer.name === from && peer.role === 'joiner');
    if (protocol !== JOIN_PROTOCOL || !joiner) {
      return encodeJson(errorResponse(new HoldfastError('UNKNOWN_PEER', { peer: from })));
    }
    return answerJoin(bytes, (request) =>
      this.request({ kind: 'join', ticketPeerId: joiner.peerId, ...request }),
    );
  }

  async #part(name: string, stop: () => Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`not within ${PART_STOP_TIMEOUT_MS} ms`), PART_STOP_TIMEOUT_MS);
    });
    const problem = await Promise.race([stop().then(() => undefined, String), late]);
    clearTimeout(timer);
    if (problem === undefined) return;
    this.#options.logger.log({
      level: 'warn',
      event: 'stop-incomplete',
      message: `${name} did not stop: ${problem}`,
      fields: { part: name },
    });
  }
}

function nodeOptions(options: MemberOptions): Parameters<MemberAdapters['createCore']>[0] {
  const { configuration, first, identity } = options;
  return {
    name: first.name,
    clusterUuid: first.clusterUuid,
    clusterName: first.clusterName,
    peerId: identity.peerId,
    addresses: configuration.links.map((link) => link.advertise),
    heartbeatIntervalMs: configuration.heartbeatIntervalMs,
    detectionTimeoutMs: configuration.detectionTimeoutMs,
    randomSeed: randomBytes(4).readUInt32LE(),
    maxParallelActions: 0,
    cores: availableParallelism(),
    bootId: readBootId(),
    lifeId: randomBytes(8).toString('hex'),
  };
}

function now(): number {
  return SYSTEM_CLOCK.nowMs();
}

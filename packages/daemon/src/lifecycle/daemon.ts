import { randomUUID } from 'node:crypto';
import { HoldfastError } from '@holdfast/model';
import { FIRST_RECORD_KEY, type FirstRecord, forcedRecovery } from '@holdfast/node';
import type { LogRecord, Store, StoredState } from '@holdfast/ports';
import {
  type AgentsReport,
  type ApiRequest,
  type ApiResponse,
  CONTROL_PATHS,
  type DaemonReport,
  type JoinGrant,
} from '@holdfast/protocol';
import type { LocalConfiguration } from '../configuration/local-configuration.ts';
import {
  prepareDirectories,
  removePidFile,
  type StatePaths,
  statePaths,
  writePidFile,
} from '../configuration/state-directory.ts';
import { API_REQUESTS } from '../control/api-requests.ts';
import { type ControlHandler, ControlServer } from '../control/control-server.ts';
import { RequestFields } from '../control/request-fields.ts';
import { WatchStreams } from '../control/watch-streams.ts';
import { DroppedPeers, NO_FILTER } from '../development/dropped-peers.ts';
import { joinCluster } from '../join/join-cluster.ts';
import { decodeJoinToken } from '../join/join-token.ts';
import type { DaemonLogger } from '../logging/pino-logger.ts';
import { Member } from './member.ts';
import type { DaemonIdentity, MemberAdapters } from './member-adapters.ts';
import { BARRED_KEY, refuseBarred, refuseNeedlessRecovery } from './recovery.ts';
import { DAEMON_VERSION } from './version.ts';

/** What a daemon is made of, and whom it tells how it ends. */
export interface DaemonOptions {
  readonly configuration: LocalConfiguration;
  readonly adapters: MemberAdapters;
  readonly logger: DaemonLogger;
  /** How long a join asks the members of its token. @default 20,000 */
  readonly joinTimeoutMs?: number;
  /** The daemon has stopped in order; the process may end with this exit code. */
  readonly onStopped: (exitCode: number) => void;
  /** The process must end at once. */
  readonly onFatal: (error: unknown) => void;
}

/**
 * One `holdfastd`. Start: folders, store (its lock makes this the only daemon of the state directory), PID file, control
 * socket, then the member, if the store says that this machine is one. Without membership it waits for `init` or `join`.
 * Stop: the member leaves, then everything is closed in the reverse order.
 */
export class Daemon {
  readonly #options: DaemonOptions;
  readonly #paths: StatePaths;
  readonly #watch: WatchStreams;
  readonly #control: ControlServer;
  readonly #dropped: DroppedPeers | undefined;
  readonly #startedAtMs = Date.now();
  #store: Store | undefined;
  #member: Member | undefined;
  #identity: DaemonIdentity | undefined;
  /** True while init or join is under way. */
  #changing = false;
  #stopping = false;

  constructor(options: DaemonOptions) {
    const { configuration } = options;
    this.#options = options;
    this.#paths = statePaths(configuration.stateDir, configuration.socket);
    this.#watch = new WatchStreams({ status: () => this.#request({ kind: 'status' }), wallMs: Date.now });
    this.#control = new ControlServer({
      socketPath: configuration.socket,
      handlers: this.#handlers(),
      watch: this.#watch,
      logger: options.logger,
    });
    if (configuration.development.control) this.#dropped = new DroppedPeers(configuration.stateDir);
  }

  /** @throws HoldfastError STORE_LOCKED, STORE_CORRUPT, STORE_WRITE_FAILED */
  async start(): Promise<void> {
    prepareDirectories(this.#paths, this.#options.configuration.socket);
    this.#store = await this.#options.adapters.openStore(this.#paths.store);
    const stored = await this.#store.load();
    writePidFile(this.#paths, process.pid);
    refuseBarred(stored, this.#paths.root);
    const first = stored.records.get(FIRST_RECORD_KEY) as FirstRecord | undefined;
    if (first) {
      this.#identity = await this.#options.adapters.loadIdentity(this.#paths.identity);
      if (this.#identity.peerId !== first.peerId) {
        const problem = `the identity file is not that of this member (${first.peerId})`;
        throw new HoldfastError('STORE_CORRUPT', { path: this.#paths.root, problem });
      }
    }
    await this.#control.start();
    if (first) await this.#startMember(first, stored);
    this.#log(
      'info',
      'daemon-started',
      first ? `member of ${first.clusterName}` : 'waiting for init or join',
    );
  }

  /** First call: leaves cleanly. */
  shutdown(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    const { stopTimeoutMs } = this.#options.configuration;
    this.#log('info', 'daemon-stopping', `leaving, within ${stopTimeoutMs} ms`);
    if (this.#member) this.#member.shutdown(stopTimeoutMs);
    else void this.#close(0);
  }

  async #startMember(first: FirstRecord, stored: StoredState): Promise<void> {
    const { configuration, adapters } = this.#options;
    this.#member = await Member.start({
      configuration,
      adapters,
      paths: this.#paths,
      identity: this.#identity!,
      first,
      store: this.#store!,
      stored,
      filter: this.#dropped ?? NO_FILTER,
      logger: { log: (record) => this.#logAndWatch(record) },
      onExit: ({ clean, reason }) => {
        this.#stopping = true;
        this.#log(clean ? 'info' : 'error', 'member-ended', reason);
        void this.#close(clean ? 0 : 1);
      },
      onFatal: this.#options.onFatal,
      onActivity: () => this.#watch.activity(),
      onLeftBehind: (cluster) => void this.#endBarred(cluster),
    });
  }

  /** Rule 10: this member was left behind. That must outlast the process, or it would vote again. */
  async #endBarred(cluster: string): Promise<void> {
    const { onFatal } = this.#options;
    try {
      await this.#store!.write([{ op: 'put', key: BARRED_KEY, value: cluster }]);
      onFatal(new HoldfastError('MEMBER_BARRED', { cluster, stateDir: this.#paths.root }));
    } catch (error) {
      onFatal(error);
    }
  }

  /**
   * Rule 10, on the machine that survives: the member stops, its store gets a new epoch in which it is the only voter,
   * and it starts again with that. What it runs goes on, and is found by the new life's probes.
   */
  async #recover(fields: RequestFields): Promise<ApiResponse> {
    const member = this.#memberNow();
    const decision = { operator: fields.text('operator'), reason: fields.text('reason'), atMs: Date.now() };
    const { name } = this.#options.configuration;
    refuseNeedlessRecovery(name, fields.text('survivor'), await member.request({ kind: 'status' }));
    if (this.#changing || this.#stopping)
      throw new HoldfastError('RECOVERY_REFUSED', { problem: 'it is busy' });
    this.#changing = true;
    try {
      await member.stop();
      const stored = await this.#reopenStore();
      const first = stored.records.get(FIRST_RECORD_KEY) as FirstRecord;
      await this.#store!.write(forcedRecovery(stored, first, decision));
      const after = await this.#reopenStore();
      const renamed = after.records.get(FIRST_RECORD_KEY) as FirstRecord;
      await this.#startMember(renamed, after);
      const text = `${decision.operator} recovered the cluster by force: ${decision.reason}`;
      this.#log('warn', 'cluster-recovered', text);
      return { ok: true, value: this.#report() };
    } catch (error) {
      // Half recovered is neither: the process ends, and what the store says decides.
      this.#options.onFatal(error);
      throw error;
    } finally {
      this.#changing = false;
    }
  }

  async #reopenStore(): Promise<StoredState> {
    await this.#store?.close();
    this.#store = await this.#options.adapters.openStore(this.#paths.store);
    return this.#store.load();
  }

  async #close(exitCode: number): Promise<void> {
    await this.#member?.stop();
    await this.#control.stop();
    await this.#store?.close();
    removePidFile(this.#paths, process.pid);
    this.#log('info', 'daemon-stopped', `exit code ${exitCode}`);
    this.#options.onStopped(exitCode);
  }

  #handlers(): Readonly<Record<string, ControlHandler>> {
    const handlers: Record<string, ControlHandler> = {
      [CONTROL_PATHS.daemon]: async () => ({ ok: true, value: this.#report() }),
      [CONTROL_PATHS.init]: (body) => this.#init(new RequestFields(body)),
      [CONTROL_PATHS.join]: (body, signal) => this.#join(new RequestFields(body), signal),
      [CONTROL_PATHS.recover]: (body) => this.#recover(new RequestFields(body)),
      [CONTROL_PATHS.token]: (body) => this.#token(new RequestFields(body)),
      [CONTROL_PATHS.agents]: async (body) => ({ ok: true, value: this.#agents(new RequestFields(body)) }),
      [CONTROL_PATHS.development]: (body) => this.#develop(new RequestFields(body)),
    };
    for (const [route, read] of Object.entries(API_REQUESTS)) {
      handlers[route] = async (body) => this.#request(read(new RequestFields(body)));
    }
    return handlers;
  }

  async #request(request: ApiRequest): Promise<ApiResponse> {
    return this.#memberNow().request(request);
  }

  #memberNow(): Member {
    if (this.#member) return this.#member;
    throw new HoldfastError('NOT_A_MEMBER', { stateDir: this.#paths.root });
  }

  async #init(fields: RequestFields): Promise<ApiResponse> {
    const clusterName = fields.text('clusterName');
    return this.#becomeMember(async (self) => ({
      clusterUuid: randomUUID(),
      clusterName,
      members: [self],
      origin: 'founder',
    }));
  }

  async #join(fields: RequestFields, signal: AbortSignal): Promise<ApiResponse> {
    const token = decodeJoinToken(fields.text('token'), Date.now());
    return this.#becomeMember(async (self) => {
      const { adapters, logger, joinTimeoutMs } = this.#options;
      const identity = adapters.identityFromText(token.ticketKey);
      const transport = await adapters.createTransport({ identity, listen: [], logger });
      try {
        await transport.start({
          onMessage: () => undefined,
          onGossip: () => undefined,
          onLinkChange: () => undefined,
          onRequest: () => Promise.reject(new Error('a joiner answers nothing')),
        });
        const grant: JoinGrant = await joinCluster({
          token,
          request: self,
          transport,
          signal,
          ...(joinTimeoutMs === undefined ? {} : { timeoutMs: joinTimeoutMs }),
        });
        return { ...grant, origin: 'joiner' };
      } finally {
        await transport.stop();
      }
    });
  }

  /** Identity, then first record, then member: a crash between them leaves a machine that belongs to no cluster. */
  async #becomeMember(
    obtain: (self: { name: string; peerId: string; addresses: string[] }) => Promise<MembershipFacts>,
  ): Promise<ApiResponse> {
    if (this.#member || this.#changing) {
      const cluster = this.#member?.cluster.name ?? '(being joined)';
      throw new HoldfastError('ALREADY_A_MEMBER', { cluster, stateDir: this.#paths.root });
    }
    this.#changing = true;
    try {
      const { adapters, configuration } = this.#options;
      this.#identity = await adapters.createIdentity(this.#paths.identity);
      const { peerId } = this.#identity;
      const addresses = configuration.links.map((link) => link.advertise);
      const facts = await obtain({ name: configuration.name, peerId, addresses });
      const first: FirstRecord = { ...facts, name: configuration.name, peerId };
      await this.#store!.write([{ op: 'put', key: FIRST_RECORD_KEY, value: first }]);
      await this.#startMember(first, { records: new Map([[FIRST_RECORD_KEY, first]]), entries: [] });
      this.#log('info', 'member-made', `${facts.origin} of ${facts.clusterName}`);
      return { ok: true, value: this.#report() };
    } finally {
      this.#changing = false;
    }
  }

  async #token(fields: RequestFields): Promise<ApiResponse> {
    return this.#memberNow().token({
      ...fields.optionalText('name'),
      voter: fields.flag('voter', true),
      witness: fields.flag('witness', false),
      validMs: fields.count('validMs', 3_600_000, 7 * 86_400_000),
      origin: fields.text('origin'),
    });
  }

  async #develop(fields: RequestFields): Promise<ApiResponse> {
    if (!this.#dropped) {
      throw new HoldfastError('REQUEST_INVALID', { problem: 'this is not a development daemon' });
    }
    this.#dropped.set(fields.texts('dropPeers'));
    return { ok: true, value: null };
  }

  #agents(fields: RequestFields): AgentsReport {
    const { adapters, configuration } = this.#options;
    const missing = adapters.missingAgents(configuration, fields.texts('agents'));
    return { node: configuration.name, missing };
  }

  #report(): DaemonReport {
    const { configuration } = this.#options;
    return {
      name: configuration.name,
      version: DAEMON_VERSION,
      pid: process.pid,
      peerId: this.#identity?.peerId ?? '',
      state: this.#stopping ? 'stopping' : this.#member ? 'member' : 'waiting',
      clusterName: this.#member?.cluster.name ?? null,
      clusterUuid: this.#member?.cluster.uuid ?? null,
      startedAtMs: this.#startedAtMs,
      addresses: configuration.links.map((link) => link.advertise),
      development: this.#dropped !== undefined,
    };
  }

  #log(level: LogRecord['level'], event: string, message: string): void {
    this.#logAndWatch({ level, event, message, fields: {} });
  }

  #logAndWatch(record: LogRecord): void {
    this.#options.logger.log(record);
    this.#watch.event(record);
  }
}

type MembershipFacts = Pick<FirstRecord, 'origin' | 'clusterUuid' | 'clusterName' | 'members'>;

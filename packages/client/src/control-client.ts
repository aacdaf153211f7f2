import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { CATALOGUE, type ErrorCode, HoldfastError } from '@holdfast/model';
import {
  type AgentsReport,
  type ApiError,
  type ApiRequest,
  type ApiResponse,
  type ClusterEvent,
  CONTROL_PATHS,
  type DaemonReport,
  type DevelopmentRequest,
  type InitRequest,
  type RecoverRequest,
  type StatusReport,
  type TokenAnswer,
  type TokenRequest,
} from '@holdfast/protocol';
import { readEvents } from './event-stream.ts';
import { readBody, socketRequest } from './socket-request.ts';
import { partsOf } from './staged-change.ts';

/** Socket of a daemon started with its default configuration. */
export const DEFAULT_SOCKET = '/run/holdfast/holdfast.sock';
/** Largest answer a client takes: 64 MiB. */
const ANSWER_LIMIT_BYTES = 64 * 1024 * 1024;
/**
 * Default wait for an answer. A change is answered when a majority has it on disk; during an election that is one
 * election timeout later, so 10 s never ends a request that would still have succeeded.
 */
export const DEFAULT_TIMEOUT_MS = 10_000;

const JOIN_TIMEOUT_MS = 30_000;
/** How often one part of a large change is sent: a leader that is lost in the middle is replaced within seconds. */
const STAGE_ATTEMPTS = 5;
const STAGE_PAUSE_MS = 500;

/** How a client reaches its daemon. */
export interface ControlClientOptions {
  /** @default DEFAULT_SOCKET */
  readonly socketPath?: string;
  /** @default DEFAULT_TIMEOUT_MS */
  readonly timeoutMs?: number;
  /** Who asks, for the audit trail, e.g. `alice@holdfast`. @default `client` */
  readonly origin?: string;
}

/** Limits of one call. */
export interface CallOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** One item of a watch: the whole status when it changed, or something that happened. */
export type WatchItem =
  | { readonly kind: 'status'; readonly status: StatusReport }
  | { readonly kind: 'event'; readonly event: ClusterEvent };

type Body<K extends ApiRequest['kind']> = Omit<Extract<ApiRequest, { kind: K }>, 'kind' | 'origin'>;

/**
 * Typed control API of one daemon. Every method rejects with a HoldfastError: NOT_CONNECTED when the daemon cannot
 * be reached, TIMEOUT when it does not answer in time, else the error the cluster gave.
 */
export class ControlClient {
  readonly socketPath: string;
  readonly #timeoutMs: number;
  readonly #origin: string;

  constructor(options: ControlClientOptions = {}) {
    this.socketPath = options.socketPath ?? DEFAULT_SOCKET;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.#origin = options.origin ?? 'client';
  }

  /** What this member knows of the cluster; says how fresh it is. */
  status(options?: CallOptions): Promise<StatusReport> {
    return this.#call(CONTROL_PATHS.status, undefined, options) as Promise<StatusReport>;
  }

  /** Facts of the daemon itself; answered also when it belongs to no cluster. */
  daemon(options?: CallOptions): Promise<DaemonReport> {
    return this.#call(CONTROL_PATHS.daemon, undefined, options) as Promise<DaemonReport>;
  }

  /** Which of these agents are not installed on the machine of the daemon. */
  agents(agents: readonly string[], options?: CallOptions): Promise<AgentsReport> {
    return this.#call(CONTROL_PATHS.agents, { agents }, options) as Promise<AgentsReport>;
  }

  /** The committed configuration and its revisions. */
  configuration(options?: CallOptions): Promise<unknown> {
    return this.#call(CONTROL_PATHS.configuration, undefined, options);
  }

  /**
   * One transaction of puts and deletes (ConfigurationChange); resolves when a majority has it on disk. A large one is
   * sent in parts, and the wait given is for each of them.
   */
  async change(body: Body<'change'>, options?: CallOptions): Promise<unknown> {
    const { change, dryRun = false } = body;
    const origin = this.#origin;
    const parts = partsOf(change);
    if (!parts) return this.#call(CONTROL_PATHS.change, { ...body, origin }, options);
    const staged = randomUUID();
    for (const [part, operations] of parts.entries())
      await this.#stage({ staged, part, operations }, options);
    const whole = { staged, parts: parts.length, dryRun, origin };
    return this.#call(CONTROL_PATHS.change, whole, options);
  }

  /** Forgets failures and probes anew; without arguments everywhere. */
  cleanup(body: Body<'cleanup'> = {}, options?: CallOptions): Promise<unknown> {
    return this.#call(CONTROL_PATHS.cleanup, { ...body, origin: this.#origin }, options);
  }

  /** Asks the leader to fence a node. */
  fence(body: Body<'fence'>, options?: CallOptions): Promise<unknown> {
    return this.#call(CONTROL_PATHS.fence, { ...body, origin: this.#origin }, options);
  }

  /** A named operator states that the node is powered off (rule 8). */
  confirmFenced(body: Body<'confirmFenced'>, options?: CallOptions): Promise<unknown> {
    return this.#call(CONTROL_PATHS.confirmFenced, body, options);
  }

  /** Makes a token that lets one machine join. */
  token(body: Omit<TokenRequest, 'origin'> = {}, options?: CallOptions): Promise<TokenAnswer> {
    return this.#call(
      CONTROL_PATHS.token,
      { ...body, origin: this.#origin },
      options,
    ) as Promise<TokenAnswer>;
  }

  /** Makes the daemon the first member of a new cluster. */
  init(body: InitRequest, options?: CallOptions): Promise<DaemonReport> {
    return this.#call(CONTROL_PATHS.init, body, options) as Promise<DaemonReport>;
  }

  /**
   * Forced recovery (rule 10): the asked member goes on alone when a majority is gone for good. Waits up to 30 s: its
   * daemon reads and writes its store anew.
   */
  recover(body: RecoverRequest, options?: CallOptions): Promise<DaemonReport> {
    const limits = { timeoutMs: JOIN_TIMEOUT_MS, ...options };
    return this.#call(CONTROL_PATHS.recover, body, limits) as Promise<DaemonReport>;
  }

  /** Makes the daemon join a cluster with a pasted token. Waits up to 30 s: the daemon tries every member for 20 s. */
  join(token: string, options?: CallOptions): Promise<DaemonReport> {
    const limits = { timeoutMs: JOIN_TIMEOUT_MS, ...options };
    return this.#call(CONTROL_PATHS.join, { token }, limits) as Promise<DaemonReport>;
  }

  /** This member leaves: its resources move away, then the daemon ends. Resolves when the leave has begun. */
  leave(body: Body<'leave'> = { timeoutMs: 60_000 }, options?: CallOptions): Promise<unknown> {
    return this.#call(CONTROL_PATHS.leave, body, options);
  }

  /** Stops every resource and every member, keeping the member list. */
  stopAll(options?: CallOptions): Promise<unknown> {
    return this.#call(CONTROL_PATHS.stopAll, { origin: this.#origin }, options);
  }

  /** Sets (or with null deletes) a node attribute. */
  attribute(body: Body<'attribute'>, options?: CallOptions): Promise<unknown> {
    return this.#call(CONTROL_PATHS.attribute, { ...body, origin: this.#origin }, options);
  }

  /** Why things are as they are, as data; for one resource or all. */
  explain(body: Body<'explain'> = {}, options?: CallOptions): Promise<unknown> {
    return this.#call(withQuery(CONTROL_PATHS.explain, body), undefined, options);
  }

  /** One computed transition with its input; the last without id. */
  transition(body: Body<'transition'> = {}, options?: CallOptions): Promise<unknown> {
    return this.#call(withQuery(CONTROL_PATHS.transition, body), undefined, options);
  }

  /** Development daemons only: drops frames from and to the named members. */
  development(body: DevelopmentRequest, options?: CallOptions): Promise<unknown> {
    return this.#call(CONTROL_PATHS.development, body, options);
  }

  /**
   * Live status: the current one at once, then each change, and events between them. Ends when the signal aborts;
   * rejects with NOT_CONNECTED when the daemon ends or says nothing for three of its keep-alive intervals (5 s each).
   */
  async *watch(options: { readonly signal?: AbortSignal } = {}): AsyncGenerator<WatchItem> {
    const { method, path } = split(CONTROL_PATHS.watch);
    const { signal } = options;
    const incoming = await socketRequest({
      socketPath: this.socketPath,
      method,
      path,
      timeoutMs: this.#timeoutMs,
      signal,
    });
    if (incoming.statusCode !== 200) {
      unwrap(await readBody(incoming, ANSWER_LIMIT_BYTES, { timeoutMs: this.#timeoutMs, signal }));
    }
    const onAbort = (): void => void incoming.destroy();
    signal?.addEventListener('abort', onAbort, { once: true });
    incoming.socket.setTimeout(15_000, () => incoming.destroy(new Error('silent for 15 s')));
    try {
      for await (const { event, data } of readEvents(incoming)) {
        if (event === 'status') yield { kind: 'status', status: JSON.parse(data) as StatusReport };
        else if (event === 'event') yield { kind: 'event', event: JSON.parse(data) as ClusterEvent };
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (error instanceof HoldfastError) throw error;
      throw this.#streamEnded(error instanceof Error ? error.message : String(error));
    } finally {
      signal?.removeEventListener('abort', onAbort);
      incoming.destroy();
    }
    if (!signal?.aborted) throw this.#streamEnded('the daemon has ended');
  }

  /** A part whose answer was lost may be sent again: it counts once. */
  async #stage(
    body: { readonly staged: string; readonly part: number; readonly operations: readonly unknown[] },
    options: CallOptions | undefined,
  ): Promise<void> {
    for (let attempt = 1; ; attempt++)
      try {
        await this.#call(CONTROL_PATHS.stage, body, options);
        return;
      } catch (error) {
        const isPassing = error instanceof HoldfastError && ['NO_LEADER', 'TIMEOUT'].includes(error.code);
        if (!isPassing || attempt >= STAGE_ATTEMPTS) throw error;
        await setTimeout(STAGE_PAUSE_MS, undefined, options?.signal ? { signal: options.signal } : {});
      }
  }

  #streamEnded(problem: string): HoldfastError {
    return new HoldfastError('NOT_CONNECTED', { socket: this.socketPath, problem });
  }

  async #call(route: string, body: unknown, options: CallOptions = {}): Promise<unknown> {
    const timeoutMs = options.timeoutMs ?? this.#timeoutMs;
    const { signal } = options;
    const incoming = await socketRequest({
      socketPath: this.socketPath,
      ...split(route),
      body,
      timeoutMs,
      signal,
    });
    return unwrap(await readBody(incoming, ANSWER_LIMIT_BYTES, { timeoutMs, signal }));
  }
}

function split(route: string): { method: string; path: string } {
  const at = route.indexOf(' ');
  return { method: route.slice(0, at), path: route.slice(at + 1) };
}

function withQuery(route: string, query: Readonly<Record<string, string | undefined>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, value);
  return parameters.size > 0 ? `${route}?${parameters}` : route;
}

function unwrap(text: string): unknown {
  let response: ApiResponse;
  try {
    response = JSON.parse(text) as ApiResponse;
  } catch {
    throw new HoldfastError('REQUEST_INVALID', { problem: 'the answer is not JSON' });
  }
  if (response.ok) return response.value;
  throw toHoldfastError(response.error);
}

/** A daemon of a later version may know codes this client does not: their text still reaches the reader. */
function toHoldfastError(error: ApiError): HoldfastError {
  if (Object.hasOwn(CATALOGUE, error.code)) return new HoldfastError(error.code as ErrorCode, error.details);
  return new HoldfastError('REQUEST_INVALID', { problem: `${error.code}: ${error.message}` });
}

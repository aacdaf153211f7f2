import type { Transport } from '@holdfast/ports';
import type { Connection } from '@libp2p/interface';
import { sendRequest } from './request-streams.ts';
import type { TransportLimits } from './transport-options.ts';

/** The argument of `Transport.request`. */
export type TransportRequest = Parameters<Transport['request']>[0];

/** Why a request has no response. Whether the peer acted on it is unknown except for `not-connected`. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  readonly reason: 'not-connected' | 'timeout' | 'aborted' | 'closed' | 'too-large';

  constructor(reason: RequestFailed['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** What requests need from their surroundings. */
export interface RequestClientOwner {
  readonly limits: TransportLimits;
  readonly isKnown: (name: string) => boolean;
  readonly connectionTo: (name: string) => Connection | undefined;
}

/** Sends requests, each bounded by its timeout and signal; waits for a link that is not up yet. */
export class RequestClient {
  readonly #owner: RequestClientOwner;
  readonly #links = new EventTarget();
  /** Requests under way. Signals of their own, because one derived from a lasting signal is never freed. */
  readonly #active = new Set<AbortController>();

  constructor(owner: RequestClientOwner) {
    this.#owner = owner;
  }

  /** Some link has come up. */
  linkUp(): void {
    this.#links.dispatchEvent(new Event('up'));
  }

  /** @throws RequestFailed */
  async send(request: TransportRequest): Promise<Uint8Array> {
    const abort = new AbortController();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      abort.abort(new Error('timed out'));
    }, request.timeoutMs);
    const giveUp = (): void => abort.abort(new Error('given up'));
    this.#active.add(abort);
    request.signal?.addEventListener('abort', giveUp);
    if (request.signal?.aborted) giveUp();
    try {
      const connection = await this.#connection(request.to, abort.signal);
      return await sendRequest(connection, { ...request, signal: abort.signal }, this.#owner.limits);
    } catch (error) {
      throw failureOf(error as Error, request, { timedOut, aborted: abort.signal.aborted });
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', giveUp);
      this.#active.delete(abort);
    }
  }

  /** Ends all requests under way. */
  stop(): void {
    for (const abort of this.#active) abort.abort(new Error('stopped'));
  }

  async #connection(name: string, signal: AbortSignal): Promise<Connection> {
    for (;;) {
      if (!this.#owner.isKnown(name)) throw new RequestFailed('not-connected', `there is no peer ${name}`);
      const connection = this.#owner.connectionTo(name);
      if (connection) return connection;
      await this.#nextLink(signal).catch(() => {
        throw new RequestFailed('not-connected', `${name} is not connected`);
      });
    }
  }

  #nextLink(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const settled = new AbortController();
      const settle = (done: () => void) => () => {
        settled.abort();
        done();
      };
      this.#links.addEventListener('up', settle(resolve), { signal: settled.signal });
      signal.addEventListener('abort', settle(reject), { signal: settled.signal });
    });
  }
}

function failureOf(
  error: Error & { code?: string },
  { to, protocol, timeoutMs }: TransportRequest,
  ended: { timedOut: boolean; aborted: boolean },
): RequestFailed {
  if (error instanceof RequestFailed) return error;
  if (ended.timedOut)
    return new RequestFailed('timeout', `${protocol} to ${to} took more than ${timeoutMs} ms`);
  if (ended.aborted) return new RequestFailed('aborted', `${protocol} to ${to} was given up`);
  if (error.code === 'FRAME_TOO_LARGE') return new RequestFailed('too-large', error.message);
  return new RequestFailed('closed', `${protocol} to ${to} failed: ${error.message}`);
}

import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { HoldfastError } from '@holdfast/model';

export interface SocketRequestOptions {
  readonly socketPath: string;
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly body?: unknown;
  /** Until the head of the answer is there. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends one HTTP request over a Unix socket and resolves when the head of the answer is there.
 * @throws HoldfastError NOT_CONNECTED when nobody listens, TIMEOUT when no answer comes; the reason of the signal when
 * the caller ends the wait.
 */
export function socketRequest(options: SocketRequestOptions): Promise<IncomingMessage> {
  const { signal, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) throw signal.reason;
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const outgoing: ClientRequest = request({
      socketPath: options.socketPath,
      method: options.method,
      path: options.path,
      agent: false,
      headers: {
        host: 'holdfast',
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
    });
    const timer = setTimeout(() => {
      const operation = `${options.method} ${options.path}`;
      const problem = 'the daemon took the request and has not answered';
      outgoing.destroy(new HoldfastError('TIMEOUT', { operation, timeoutMs, problem }));
    }, timeoutMs);
    const onAbort = (): void => void outgoing.destroy(asError(signal?.reason));
    signal?.addEventListener('abort', onAbort, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    outgoing.once('response', (incoming) => {
      settle();
      resolve(incoming);
    });
    outgoing.on('error', (error) => {
      settle();
      reject(describeFailure(error, options, outgoing));
    });
    outgoing.end(body);
  });
}

/** Reads a whole answer, bounded. @throws HoldfastError REQUEST_INVALID above the limit, TIMEOUT when it stalls. */
export function readBody(
  incoming: IncomingMessage,
  limitBytes: number,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => {
      const problem = 'the answer stopped in the middle';
      fail(
        new HoldfastError('TIMEOUT', {
          operation: 'reading the answer',
          timeoutMs: options.timeoutMs,
          problem,
        }),
      );
    }, options.timeoutMs);
    const onAbort = (): void => fail(asError(options.signal?.reason));
    options.signal?.addEventListener('abort', onAbort, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    };
    const fail = (error: Error): void => {
      settle();
      incoming.destroy();
      reject(error);
    };
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limitBytes)
        fail(new HoldfastError('REQUEST_INVALID', { problem: `answer above ${limitBytes} bytes` }));
      else chunks.push(chunk);
    });
    incoming.on('end', () => {
      settle();
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
    incoming.on('error', fail);
  });
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason ?? 'aborted'));
}

function describeFailure(error: Error, options: SocketRequestOptions, outgoing: ClientRequest): Error {
  if (error instanceof HoldfastError || error === options.signal?.reason) return error;
  const code = (error as NodeJS.ErrnoException).code ?? error.message;
  const socket = options.socketPath;
  const known: Record<string, string> = {
    ENOENT: 'the socket does not exist: no daemon has started with it',
    ECONNREFUSED: 'nobody listens on the socket: the daemon has ended',
    EACCES: 'this user may not open the socket: become root or a member of its group',
    EPERM: 'this user may not open the socket: become root or a member of its group',
    ENOTSOCK: 'the path is not a socket',
  };
  const lost = outgoing.reusedSocket || code === 'ECONNRESET' || code === 'EPIPE';
  const problem = known[code] ?? (lost ? 'the daemon ended while it worked on the request' : code);
  return new HoldfastError('NOT_CONNECTED', { socket, problem });
}

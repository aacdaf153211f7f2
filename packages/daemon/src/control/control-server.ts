import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { ConfigurationReading, HoldfastError } from '@holdfast/model';
import type { Logger } from '@holdfast/ports';
import { type ApiResponse, CONTROL_PATHS } from '@holdfast/protocol';
import { errorResponse, httpStatus } from './api-error.ts';
import { BodyReader } from './body-reader.ts';
import type { WatchStreams } from './watch-streams.ts';

/** Answers one route. Body: parsed JSON of POST, the query of GET. */
export type ControlHandler = (body: unknown, signal: AbortSignal) => Promise<ApiResponse>;

export interface ControlServerOptions {
  readonly socketPath: string;
  /** Route as in CONTROL_PATHS, e.g. `GET /v1/status`. */
  readonly handlers: Readonly<Record<string, ControlHandler>>;
  readonly watch: WatchStreams;
  readonly logger: Logger;
  /** Longest a request may wait for its answer. @default 120,000 */
  readonly answerTimeoutMs?: number;
}

const CONNECTION_LIMIT = 128;
/** A client that sends its request more slowly than this is cut off. */
const REQUEST_TIMEOUT_MS = 30_000;
/** How long the rest of a refused body is read and thrown away, so that the client gets to read why. */
const DRAIN_TIMEOUT_MS = 10_000;

/**
 * The control API: JSON over HTTP on a Unix socket of mode 0660; a connection may be used for many
 * requests. Who may open the socket may do everything; there is no other authentication.
 */
export class ControlServer {
  readonly #options: ControlServerOptions;
  readonly #bodies = new BodyReader();
  readonly #server: Server;

  constructor(options: ControlServerOptions) {
    this.#options = options;
    this.#server = createServer(
      { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: 10_000, maxHeaderSize: 16_384 },
      (request, response) => void this.#serve(request, response),
    );
    this.#server.maxConnections = CONNECTION_LIMIT;
    this.#server.on('clientError', (_, socket) => {
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    });
  }

  /** The caller holds the lock of the state directory, so a socket left behind belongs to nobody. */
  async start(): Promise<void> {
    rmSync(this.#options.socketPath, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.socketPath, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    chmodSync(this.#options.socketPath, 0o660);
  }

  async stop(): Promise<void> {
    this.#options.watch.closeAll();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const timer = setTimeout(() => this.#server.closeAllConnections(), 500);
    this.#server.closeIdleConnections();
    await closed;
    clearTimeout(timer);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/', query] = (request.url ?? '/').split('?', 2);
    const route = `${request.method} ${path}`;
    if (route === CONTROL_PATHS.watch) return this.#options.watch.open(response);
    const ended = new AbortController();
    // Only a client that did not wait: each abort makes an error with a stack.
    response.once('close', () => response.writableFinished || ended.abort());
    try {
      const handler = this.#options.handlers[route];
      if (!handler)
        throw new HoldfastError('REQUEST_INVALID', { problem: `there is no ${route.slice(0, 200)}` });
      const body =
        request.method === 'POST'
          ? await this.#bodies.readJson(request)
          : Object.fromEntries(new URLSearchParams(query));
      const answer = await this.#withTimeout(handler(body, ended.signal), route);
      if (answer.ok && answer.value instanceof ConfigurationReading) {
        await replyInPieces(response, answer.value.pieces(), ended.signal);
      } else reply(response, answer);
    } catch (error) {
      const answer = this.#errorAnswer(error, route);
      if (request.readableEnded) reply(response, answer);
      else replyBeforeRest(request, response, answer);
    }
  }

  #errorAnswer(error: unknown, route: string): ApiResponse {
    if (error instanceof HoldfastError) return errorResponse(error);
    const problem = error instanceof Error ? error.message : String(error);
    this.#options.logger.log({
      level: 'error',
      event: 'control-request-failed',
      message: `${route} failed: ${problem}`,
      fields: { route, stack: error instanceof Error ? error.stack : undefined },
    });
    return errorResponse(new HoldfastError('REQUEST_INVALID', { problem }));
  }

  #withTimeout(answer: Promise<ApiResponse>, operation: string): Promise<ApiResponse> {
    const timeoutMs = this.#options.answerTimeoutMs ?? 120_000;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new HoldfastError('TIMEOUT', { operation, timeoutMs, problem: 'the cluster did not answer' }));
      }, timeoutMs);
      answer.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}

function reply(response: ServerResponse, answer: ApiResponse): void {
  if (response.destroyed || response.headersSent) return;
  response.end(writeHead(response, answer));
}

/** A configuration may be large: it is written piece by piece, as fast as the client reads, and others come between. */
async function replyInPieces(
  response: ServerResponse,
  pieces: Iterable<string>,
  ended: AbortSignal,
): Promise<void> {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(200, { 'content-type': 'application/json' });
  try {
    await pipeline(Readable.from(answerText(pieces)), response);
  } catch (error) {
    // The client went away in the middle.
    if (!ended.aborted) throw error;
  }
}

async function* answerText(pieces: Iterable<string>): AsyncGenerator<string> {
  yield '{"ok":true,"value":';
  for (const piece of pieces) {
    yield piece;
    await setImmediate();
  }
  yield '}';
}

/**
 * Answers a request whose body was not read. What is left of it is no next request, so the connection ends; but only
 * once the client has sent everything and may read: closed under its hands, it would get an error of the socket.
 */
function replyBeforeRest(request: IncomingMessage, response: ServerResponse, answer: ApiResponse): void {
  if (response.destroyed || response.headersSent) return;
  response.setHeader('connection', 'close');
  response.write(writeHead(response, answer));
  const timer = setTimeout(() => request.destroy(), DRAIN_TIMEOUT_MS);
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => response.end());
  request.on('error', () => undefined);
  request.resume();
}

/** Returns the body that belongs to the head. */
function writeHead(response: ServerResponse, answer: ApiResponse): string {
  const text = JSON.stringify(answer);
  response.writeHead(answer.ok ? 200 : httpStatus(answer.error.code), {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  return text;
}

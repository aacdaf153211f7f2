import { AssertionFailure, type TransportPeer } from '@holdfast/ports';
import { checkFrameSize, encodeFrame, FrameDecoder, frameMalformed } from '@holdfast/protocol';
import type { Connection, Stream } from '@libp2p/interface';
import { REQUEST_PROTOCOL } from './link-names.ts';
import type { TransportLimits, TransportTiming } from './transport-options.ts';

const MAX_PROTOCOL_BYTES = 256;

/**
 * Sends one request over a connection and reads its response. Rejects with whatever the signal or stream
 * says.
 */
export async function sendRequest(
  connection: Connection,
  request: { protocol: string; bytes: Uint8Array; signal: AbortSignal },
  limits: TransportLimits,
): Promise<Uint8Array> {
  checkFrameSize(request.bytes.length, limits.maxFrameBytes);
  const stream = await connection.newStream(REQUEST_PROTOCOL, { signal: request.signal });
  try {
    const frames = readFrames(stream, { count: 1, maxBytes: limits.maxFrameBytes, signal: request.signal });
    stream.send(encodeFrame(Buffer.from(request.protocol), MAX_PROTOCOL_BYTES));
    stream.send(encodeFrame(request.bytes, limits.maxFrameBytes));
    const [response] = await frames;
    void stream.close().catch(() => stream.abort(new Error('not closed in time')));
    return response!;
  } catch (error) {
    stream.abort(error as Error);
    throw error;
  }
}

/** What answers requests. */
export interface RequestServer {
  readonly timing: TransportTiming;
  readonly limits: TransportLimits;
  readonly joinerProtocols: ReadonlySet<string>;
  readonly handle: (
    from: string,
    protocol: string,
    bytes: Uint8Array,
    signal: AbortSignal,
  ) => Promise<Uint8Array>;
}

/** Reads one request from a stream that came in, has it answered, and writes the response. Never rejects. */
export async function serveRequest(
  stream: Stream,
  peer: TransportPeer,
  server: RequestServer,
): Promise<void> {
  const ended = new AbortController();
  const timer = setTimeout(() => ended.abort(new Error('too slow')), server.timing.handlerTimeoutMs);
  stream.addEventListener('close', () => ended.abort(new Error('the stream was closed')), { once: true });
  try {
    const joins = peer.role === 'joiner';
    const maxBytes = joins ? server.limits.maxJoinerBytes : server.limits.maxFrameBytes;
    const [name, bytes] = await readFrames(stream, { count: 2, maxBytes, signal: ended.signal });
    const protocol = Buffer.from(name!).toString();
    if (joins && !server.joinerProtocols.has(protocol)) throw new Error('not open to a joiner');
    const response = await server.handle(peer.name, protocol, bytes!, ended.signal);
    stream.send(encodeFrame(response, server.limits.maxFrameBytes));
    await stream.close({ signal: ended.signal });
  } catch (error) {
    stream.abort(error as Error);
    // A failed assertion ends the process; nothing else in an answer may.
    if (error instanceof AssertionFailure) rethrowLater(error);
  } finally {
    clearTimeout(timer);
  }
}

/** The next frames of a stream. Rejects when it ends before they are complete or the signal aborts. */
function readFrames(
  stream: Stream,
  options: { count: number; maxBytes: number; signal: AbortSignal },
): Promise<Uint8Array[]> {
  const decoder = new FrameDecoder(options.maxBytes);
  const frames: Uint8Array[] = [];
  return new Promise((resolve, reject) => {
    const ends = (): void => reject(new Error('the stream ended before the frame was complete'));
    stream.addEventListener('message', (event) => {
      try {
        frames.push(...decoder.push(event.data instanceof Uint8Array ? event.data : event.data.subarray()));
        if (frames.length > options.count) throw frameMalformed('more frames than one request has');
        if (frames.length === options.count) resolve(frames);
      } catch (error) {
        reject(error);
        stream.abort(error as Error);
      }
    });
    stream.addEventListener('remoteCloseWrite', ends, { once: true });
    stream.addEventListener('close', ends, { once: true });
    options.signal.addEventListener('abort', () => reject(options.signal.reason as Error), { once: true });
    if (options.signal.aborted) reject(options.signal.reason as Error);
  });
}

function rethrowLater(error: Error): void {
  queueMicrotask(() => {
    throw error;
  });
}

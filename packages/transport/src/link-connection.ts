import { encodeFrame, FrameDecoder, frameMalformed } from '@holdfast/protocol';
import type { Connection, Stream, StreamMessageEvent } from '@libp2p/interface';
import { abortConnection, announceWindowAtHalf } from './stream-tuning.ts';
import { MAX_LINKS, type TransportLimits } from './transport-options.ts';

/** What a link connection tells its owner. */
export interface LinkConnectionEvents {
  /** The other side said which link this is; the first thing that happens. */
  readonly onHello: (connection: LinkConnection, link: number) => void;
  readonly onFrame: (connection: LinkConnection, payload: Uint8Array) => void;
  /** Called once. The reason is absent when the other side or this one closed it in order. */
  readonly onClosed: (connection: LinkConnection, reason: Error | undefined) => void;
}

/**
 * One authenticated connection that serves one link, with its long-lived stream of frames. Each direction
 * of the stream
 * is independent of the other. The first frame of each side is its hello.
 */
export class LinkConnection {
  readonly connection: Connection;
  readonly #stream: Stream;
  readonly #decoder: FrameDecoder;
  readonly #limits: TransportLimits;
  readonly #events: LinkConnectionEvents;
  /** Frames of this turn that are not handed to the stream yet, and their bytes. */
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #helloSeen = false;
  #closed = false;
  #closedBy: Error | undefined;
  #lastReceivedMs = performance.now();
  /** Last time anything waiting was passed on, or began to wait. */
  #progressMs = 0;
  /** When the first frame was sent to which nothing has come back yet; undefined when there is none. */
  #unansweredMs: number | undefined;

  constructor(connection: Connection, stream: Stream, limits: TransportLimits, events: LinkConnectionEvents) {
    this.connection = connection;
    this.#stream = stream;
    this.#limits = limits;
    this.#events = events;
    this.#decoder = new FrameDecoder(limits.maxFrameBytes);
    stream.addEventListener('message', (event) => this.#onBytes(event));
    stream.addEventListener('drain', () => {
      this.#progressMs = performance.now();
      this.#unansweredMs = undefined;
    });
    stream.addEventListener('remoteCloseWrite', () => this.close());
    stream.addEventListener('close', (event) => this.#onClosed(event.error));
    connection.addEventListener('close', (event) => this.#onClosed(event.error));
  }

  /** Says which link this is. */
  sendHello(link: number): void {
    this.#write(Buffer.from(JSON.stringify({ version: 1, link })));
  }

  /**
   * Sends one frame or queues it; the frames of one turn leave in one piece. False when it was dropped:
   * closed, too large, or the queue is full.
   */
  send(payload: Uint8Array): boolean {
    if (this.#closed || payload.length > this.#limits.maxFrameBytes) return false;
    const waiting = this.queuedBytes;
    if (waiting > 0 && waiting + payload.length > this.#limits.maxQueuedBytes) return false;
    if (waiting === 0) this.#progressMs = performance.now();
    this.#unansweredMs ??= performance.now();
    return this.#write(payload);
  }

  get queuedBytes(): number {
    return this.#closed ? 0 : this.#stream.writeBufferLength + this.#gatheredBytes;
  }

  /** Time since the last byte came in. */
  silentMs(nowMs: number): number {
    return nowMs - this.#lastReceivedMs;
  }

  /** True when bytes wait and none of them could be passed on for that long. */
  isStuck(nowMs: number, stuckMs: number): boolean {
    return this.queuedBytes > 0 && nowMs - this.#progressMs > stuckMs;
  }

  /** True when frames were sent and nothing came back for that long. */
  isStalled(nowMs: number, stallMs: number): boolean {
    return this.#unansweredMs !== undefined && nowMs - this.#unansweredMs > stallMs;
  }

  /** Ends the connection without waiting for the other side. */
  close(reason?: Error): void {
    if (this.#closed) return;
    this.#closedBy = reason;
    abortConnection(this.connection, reason ?? new Error('the link was closed'));
    this.#onClosed(reason);
  }

  #write(payload: Uint8Array): boolean {
    try {
      const frame = encodeFrame(payload, this.#limits.maxFrameBytes);
      if (this.#gatheredBytes === 0) queueMicrotask(() => this.#flush());
      this.#gathered.push(frame);
      this.#gatheredBytes += frame.length;
      return true;
    } catch (error) {
      this.close(error as Error);
      return false;
    }
  }

  /** Each piece costs an encryption and a system call, whatever its size. */
  #flush(): void {
    const frames = this.#gathered;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    if (this.#closed) return;
    try {
      const [first] = frames;
      if (first) this.#stream.send(frames.length === 1 ? first : Buffer.concat(frames));
    } catch (error) {
      this.close(error as Error);
    }
  }

  #onBytes(event: StreamMessageEvent): void {
    this.#lastReceivedMs = performance.now();
    this.#unansweredMs = undefined;
    // What the owner throws is no fault of the peer's and is not caught here: it must end the process.
    for (const payload of this.#decode(event)) {
      if (this.#closed) return;
      if (this.#helloSeen) this.#events.onFrame(this, payload);
      else this.#onHello(payload);
    }
  }

  #decode(event: StreamMessageEvent): Uint8Array[] {
    try {
      return this.#decoder.push(event.data instanceof Uint8Array ? event.data : event.data.subarray());
    } catch (error) {
      this.close(error as Error);
      return [];
    }
  }

  #onHello(payload: Uint8Array): void {
    const link = parseHello(payload);
    if (link === undefined) {
      this.close(frameMalformed('the first frame of a link is not its hello'));
      return;
    }
    this.#helloSeen = true;
    announceWindowAtHalf(this.#stream);
    this.#events.onHello(this, link);
  }

  #onClosed(error: Error | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    // A stream that ends takes its connection along: one does not serve without the other.
    abortConnection(this.connection, error ?? new Error('the link stream ended'));
    this.#events.onClosed(this, this.#closedBy ?? error);
  }
}

const MAX_HELLO_BYTES = 256;

/** The link a hello names, or undefined when it is none. */
function parseHello(payload: Uint8Array): number | undefined {
  if (payload.length > MAX_HELLO_BYTES) return undefined;
  try {
    const hello: { version?: unknown; link?: unknown } | null = JSON.parse(new TextDecoder().decode(payload));
    const link = Number(hello?.link);
    const isLink = Number.isInteger(hello?.link) && link >= 0 && link < MAX_LINKS;
    return hello?.version === 1 && isLink ? link : undefined;
  } catch {
    return undefined;
  }
}

import type { ServerResponse } from 'node:http';
import type { LogRecord } from '@holdfast/ports';
import type { ApiResponse, ClusterEvent, StatusReport } from '@holdfast/protocol';

export interface WatchStreamsOptions {
  readonly status: () => Promise<ApiResponse>;
  readonly wallMs: () => number;
  /** Shortest time between two reports. @default 100 */
  readonly intervalMs?: number;
}

const STREAM_LIMIT = 64;
/** Bytes a slow reader may leave unread before it is cut off; it can come back and gets the newest status. */
const BACKLOG_LIMIT_BYTES = 4 * 1024 * 1024;
/** How often the status is looked at without a sign of activity: links and ages change silently. */
const LOOK_INTERVAL_MS = 1_000;
/** Without any change a stream gets the status this often, so that ages move and a dead reader is noticed. */
const KEEP_ALIVE_MS = 5_000;

/**
 * Live status for GET /v1/watch as server-sent events: `status` with a whole report whenever it differs from the last
 * one, `event` for each log record of level info and above. Costs nothing while nobody watches.
 */
export class WatchStreams {
  readonly #options: WatchStreamsOptions;
  readonly #streams = new Set<ServerResponse>();
  #last = '';
  #timer: NodeJS.Timeout | undefined;
  #keepAlive: NodeJS.Timeout | undefined;
  #looks = 0;
  #asking = false;
  #stale = false;

  constructor(options: WatchStreamsOptions) {
    this.#options = options;
  }

  open(response: ServerResponse): void {
    if (this.#streams.size >= STREAM_LIMIT) {
      response.writeHead(503).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.flushHeaders();
    this.#streams.add(response);
    response.once('close', () => this.#forget(response));
    this.#last = '';
    this.#keepAlive ??= setInterval(() => this.#look(), LOOK_INTERVAL_MS);
    this.activity();
  }

  /** Something happened; the status is read again soon, at most once per interval. */
  activity(): void {
    if (this.#streams.size === 0) return;
    if (this.#asking) this.#stale = true;
    else this.#timer ??= setTimeout(() => this.#report(false), this.#options.intervalMs ?? 100);
  }

  event(record: LogRecord): void {
    if (this.#streams.size === 0 || record.level === 'debug') return;
    const event: ClusterEvent = { ...record, atMs: this.#options.wallMs() };
    this.#write(`event: event\ndata: ${JSON.stringify(event)}\n\n`);
  }

  closeAll(): void {
    for (const stream of this.#streams) stream.end();
    clearTimeout(this.#timer);
    clearInterval(this.#keepAlive);
  }

  #look(): void {
    this.#looks = (this.#looks + 1) % (KEEP_ALIVE_MS / LOOK_INTERVAL_MS);
    this.#report(this.#looks === 0);
  }

  #report(always: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#asking || this.#streams.size === 0) return;
    this.#asking = true;
    this.#stale = false;
    this.#options.status().then((answer) => {
      this.#asking = false;
      if (answer.ok) {
        const status = answer.value as StatusReport;
        const shape = JSON.stringify(withoutAges(status));
        if (always || shape !== this.#last) this.#write(`event: status\ndata: ${JSON.stringify(status)}\n\n`);
        this.#last = shape;
      } else if (always) this.#write(': waiting\n\n');
      if (this.#stale) this.activity();
    });
  }

  #write(text: string): void {
    for (const stream of this.#streams) {
      if (stream.writableLength > BACKLOG_LIMIT_BYTES) stream.destroy();
      else stream.write(text);
    }
  }

  #forget(stream: ServerResponse): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    clearInterval(this.#keepAlive);
    clearTimeout(this.#timer);
    this.#keepAlive = undefined;
    this.#timer = undefined;
  }
}

/** Ages grow with every look; they alone are no change. */
function withoutAges(status: StatusReport): unknown {
  return {
    ...status,
    ageMs: null,
    nodes: status.nodes.map((node) => ({
      ...node,
      links: node.links.map((link) => ({ link: link.link, up: link.up })),
    })),
  };
}

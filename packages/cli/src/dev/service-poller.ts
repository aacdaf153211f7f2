import { connect } from 'node:net';

/** One answer of the service, or its absence, as a client outside the cluster saw it. */
export interface PollSample {
  /** When the answer came or the try failed, in `performance.now()`. */
  readonly atMs: number;
  /** `node` and `startId` of the copy that answered; null: no answer. */
  readonly identity: { readonly node: string; readonly startId: string } | null;
}

export interface ServicePollerOptions {
  /** `host:port`. */
  readonly endpoint: string;
  /** @default 10 */
  readonly intervalMs?: number;
  /** Patience with one try. @default 250 */
  readonly timeoutMs?: number;
  readonly onSample?: (sample: PollSample) => void;
}

/** Asks the service who it is, again and again, over its public address: what a client sees. */
export class ServicePoller {
  readonly samples: PollSample[] = [];
  readonly #options: ServicePollerOptions;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ServicePollerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** The newest answer. */
  get lastAnswer(): PollSample | undefined {
    return this.samples.findLast((sample) => sample.identity !== null);
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const identity = await askIdentity(this.#options.endpoint, this.#options.timeoutMs ?? 250);
      const sample: PollSample = { atMs: performance.now(), identity };
      this.samples.push(sample);
      this.#options.onSample?.(sample);
      await new Promise((resolve) => setTimeout(resolve, this.#options.intervalMs ?? 10));
    }
  }
}

/** Copies that answered again after another copy had taken over: proof that two ran at once. */
export function findReturnedCopies(samples: readonly PollSample[]): string[] {
  const gone = new Set<string>();
  const returned = new Set<string>();
  let current: string | undefined;
  for (const { identity } of samples) {
    if (!identity) continue;
    const copy = `${identity.node} ${identity.startId}`;
    if (copy === current) continue;
    if (gone.has(copy)) returned.add(copy);
    if (current !== undefined) gone.add(current);
    current = copy;
  }
  return [...returned];
}

/** One HTTP request by hand: no connection is kept, nothing is cached. */
function askIdentity(endpoint: string, timeoutMs: number): Promise<PollSample['identity']> {
  const at = endpoint.lastIndexOf(':');
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: endpoint.slice(0, at), port: Number(endpoint.slice(at + 1)) });
    socket.setTimeout(timeoutMs, () => socket.destroy());
    socket.on('connect', () => socket.write('GET /identity HTTP/1.0\r\nhost: holdfast\r\n\r\n'));
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      try {
        resolve(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as PollSample['identity']);
      } catch {
        resolve(null);
      }
    });
  });
}

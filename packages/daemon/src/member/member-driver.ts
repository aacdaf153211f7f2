import type { ClusterInformation } from '@holdfast/model';
import type { NodeInput, NodeOutput } from '@holdfast/node';
import type {
  AgentRunner,
  FenceRunner,
  Logger,
  Store,
  StoredState,
  TransportPeer,
  Watchdog,
} from '@holdfast/ports';
import { assert } from '@holdfast/ports';
import type { ApiRequest, ApiResponse } from '@holdfast/protocol';
import type { DaemonClock } from './monotonic-clock.ts';
import type { NodeCore } from './node-core.ts';
import { PersistQueue } from './persist-queue.ts';

/** Main-loop work or lateness above this is logged. */
export const SLOW_LOOP_MS = 20;
/** Inputs that wait longer than this in one turn go on in the next, so that sockets are read and written between. */
const TURN_BUDGET_MS = 10;
/** Node's timers fire at once when they are longer; a later deadline takes several. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Slowness is logged at most this often, so that an overloaded machine does not also fill its disk. */
const SLOW_LOG_INTERVAL_MS = 5_000;
/** Requests that wait for an answer of the node. */
export const PENDING_REQUEST_LIMIT = 256;

/** Inputs and outputs after which the status may look different; plain heartbeats are not among them. */
const NOTEWORTHY: ReadonlySet<string> = new Set([
  'start',
  'agentResult',
  'fenceResult',
  'computed',
  'gossip',
  'persist',
  'runAgent',
  'runFence',
  'peers',
  'log',
]);

/**
 * Inputs that wait for the others of this turn of the event loop, so that what came together is written and sent
 * together: under load that saves most writes to sockets and disk, alone it costs some microseconds.
 */
const GATHERED: ReadonlySet<string> = new Set(['message', 'request', 'persisted']);

/** The outside as the driver needs it. Sending must not block. */
export interface DriverPorts {
  readonly store: Store;
  readonly agents: AgentRunner;
  readonly fences: FenceRunner;
  readonly watchdog: Watchdog;
  readonly policy: { compute(token: number, input: ClusterInformation): void };
  readonly peers: {
    send(to: string, message: unknown, link?: number): void;
    publish(topic: string, payload: unknown): void;
    setPeers(peers: readonly TransportPeer[]): void;
  };
  readonly logger: Logger;
  readonly clock: DaemonClock;
}

export interface MemberDriverOptions {
  readonly core: NodeCore;
  readonly ports: DriverPorts;
  /** The node wants the process to end. */
  readonly onExit: (exit: { clean: boolean; reason: string }) => void;
  /** Nothing may go on: an assertion failed or a durable write did. The process must end at once. */
  readonly onFatal: (error: unknown) => void;
  /** Something that may have changed the status was carried out. */
  readonly onActivity: () => void;
}

/**
 * Turns inputs into `step()` calls and outputs into adapter calls, one input at a time and in order. Inputs
 * that arrive while a step is carried out wait in line, and messages and requests for those that arrive
 * with them. A due tick always comes before any other input, so that a member that was paused notices
 * before it obeys what piled up meanwhile (rule 7).
 */
export class MemberDriver {
  readonly #core: NodeCore;
  readonly #ports: DriverPorts;
  readonly #options: MemberDriverOptions;
  readonly #persist: PersistQueue;
  readonly #answers = new Map<number, (response: ApiResponse) => void>();
  readonly #line: NodeInput[] = [];
  #gathering: NodeJS.Immediate | undefined;
  readonly #slow = {
    'main-loop-busy': { count: 0, longestMs: 0, nextLogMs: 0 },
    'tick-late': { count: 0, longestMs: 0, nextLogMs: 0 },
  };
  #draining = false;
  #ended = false;
  #noteworthy = false;
  #nextRequestId = 1;
  #timer: NodeJS.Timeout | undefined;
  #timerDueMs = Number.POSITIVE_INFINITY;

  constructor(options: MemberDriverOptions) {
    this.#core = options.core;
    this.#ports = options.ports;
    this.#options = options;
    this.#persist = new PersistQueue({
      store: options.ports.store,
      onPersisted: (token) => this.feed({ kind: 'persisted', nowMs: this.#now(), token }),
      onFailure: (error) => this.#fatal(error),
    });
  }

  start(stored: StoredState): void {
    this.feed({ kind: 'start', nowMs: this.#now(), wallMs: this.#ports.clock.wallMs(), stored });
  }

  feed(input: NodeInput): void {
    if (this.#ended) return;
    this.#line.push(input);
    if (this.#draining) return;
    if (!GATHERED.has(input.kind)) this.#drain();
    else this.#gathering ??= setImmediate(() => this.#drain());
  }

  /** Puts an API request to the node. Resolves with its answer; the node answers every request, in bounded time. */
  request(request: ApiRequest): Promise<ApiResponse> {
    assert(this.#answers.size < PENDING_REQUEST_LIMIT, 'too many requests wait');
    const requestId = this.#nextRequestId++;
    return new Promise((resolve) => {
      this.#answers.set(requestId, resolve);
      const wallMs = this.#ports.clock.wallMs();
      this.feed({ kind: 'request', nowMs: this.#now(), wallMs, requestId, request });
    });
  }

  get pendingRequests(): number {
    return this.#answers.size;
  }

  shutdown(timeoutMs: number): void {
    this.feed({ kind: 'shutdown', nowMs: this.#now(), timeoutMs });
  }

  /** No more inputs and ticks; what was persisted so far reaches the disk. */
  async stop(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#gathering);
    await this.#persist.idle();
  }

  #now(): number {
    return this.#ports.clock.nowMs();
  }

  #drain(): void {
    clearImmediate(this.#gathering);
    this.#gathering = undefined;
    this.#draining = true;
    const beganMs = this.#now();
    try {
      for (let input = this.#line.shift(); input && !this.#ended; input = this.#line.shift()) {
        if (input.kind !== 'tick' && input.kind !== 'start') this.#tickIfDue();
        this.#step(input);
        if (this.#line.length > 0 && this.#now() - beganMs > TURN_BUDGET_MS) {
          this.#gathering = setImmediate(() => this.#drain());
          break;
        }
      }
      this.#schedule();
    } catch (error) {
      this.#fatal(error);
    } finally {
      this.#draining = false;
    }
    const tookMs = this.#now() - beganMs;
    if (tookMs > SLOW_LOOP_MS) this.#logSlow('main-loop-busy', 'the main loop was busy', tookMs);
    if (this.#noteworthy) this.#options.onActivity();
    this.#noteworthy = false;
  }

  #step(input: NodeInput): void {
    if (NOTEWORTHY.has(input.kind)) this.#noteworthy = true;
    for (const output of this.#core.step(input)) {
      if (NOTEWORTHY.has(output.kind)) this.#noteworthy = true;
      this.#carryOut(output);
    }
  }

  #tickIfDue(): void {
    const deadlineMs = this.#core.nextDeadlineMs();
    const nowMs = this.#now();
    if (deadlineMs !== null && nowMs >= deadlineMs) this.#tick(nowMs, deadlineMs);
  }

  /** The node sees its lateness itself: `nowMs` is the time of now, not of the deadline. */
  #tick(nowMs: number, deadlineMs: number): void {
    const lateMs = nowMs - deadlineMs;
    if (lateMs > SLOW_LOOP_MS) this.#logSlow('tick-late', 'a timer fired late', lateMs);
    this.#step({ kind: 'tick', nowMs, wallMs: this.#ports.clock.wallMs() });
  }

  #schedule(): void {
    if (this.#ended) return;
    const deadlineMs = this.#core.nextDeadlineMs() ?? Number.POSITIVE_INFINITY;
    if (deadlineMs === this.#timerDueMs && this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerDueMs = deadlineMs;
    if (deadlineMs === Number.POSITIVE_INFINITY) return;
    const waitMs = Math.min(LONGEST_TIMER_MS, Math.max(0, deadlineMs - this.#now()));
    this.#timer = setTimeout(() => this.#onTimer(deadlineMs), waitMs);
  }

  #onTimer(deadlineMs: number): void {
    this.#timer = undefined;
    this.#timerDueMs = Number.POSITIVE_INFINITY;
    if (this.#ended) return;
    const nowMs = this.#now();
    if (nowMs < deadlineMs) {
      this.#schedule();
      return;
    }
    const lateMs = nowMs - deadlineMs;
    if (lateMs > SLOW_LOOP_MS) this.#logSlow('tick-late', 'a timer fired late', lateMs);
    this.feed({ kind: 'tick', nowMs, wallMs: this.#ports.clock.wallMs() });
  }

  #carryOut(output: NodeOutput): void {
    const { ports } = this.#options;
    switch (output.kind) {
      case 'send':
        ports.peers.send(output.to, output.message, output.link);
        break;
      case 'gossip':
        ports.peers.publish(output.topic, output.payload);
        break;
      case 'persist':
        this.#persist.add(output.token, output.batch);
        break;
      case 'runAgent':
        ports.agents.run(output.run);
        break;
      case 'cancelAgent':
        ports.agents.cancel(output.runId);
        break;
      case 'runFence':
        ports.fences.run(output.run);
        break;
      case 'compute':
        ports.policy.compute(output.token, output.input);
        break;
      case 'watchdog':
        this.#useWatchdog(output.action, output.timeoutMs);
        break;
      case 'answer':
        this.#answer(output.requestId, output.response);
        break;
      case 'peers':
        ports.peers.setPeers(output.peers);
        break;
      case 'log':
        ports.logger.log(output.record);
        break;
      case 'exit':
        this.#ended = true;
        this.#options.onExit({ clean: output.clean, reason: output.reason });
        break;
    }
  }

  #useWatchdog(action: 'arm' | 'pet' | 'disarm', timeoutMs: number | undefined): void {
    const { watchdog } = this.#ports;
    if (action === 'pet') {
      watchdog.pet();
      return;
    }
    const done = action === 'disarm' ? watchdog.disarm().then(() => undefined) : watchdog.arm(timeoutMs ?? 0);
    done.then(
      (armed) => {
        this.feed({ kind: 'watchdog', nowMs: this.#now(), armedTimeoutMs: armed ?? null });
      },
      (error) => this.#fatal(error),
    );
  }

  #answer(requestId: number, response: ApiResponse): void {
    const resolve = this.#answers.get(requestId);
    assert(resolve, 'an answer to no request', { requestId });
    this.#answers.delete(requestId);
    resolve(response);
  }

  #fatal(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#options.onFatal(error);
  }

  /** At most one record per kind and interval; the longest of what was left out is told by the next. */
  #logSlow(event: 'main-loop-busy' | 'tick-late', message: string, durationMs: number): void {
    const slow = this.#slow[event];
    slow.count += 1;
    slow.longestMs = Math.max(slow.longestMs, durationMs);
    const nowMs = this.#now();
    if (nowMs < slow.nextLogMs) return;
    const fields = { durationMs: slow.longestMs, times: slow.count };
    this.#slow[event] = { count: 0, longestMs: 0, nextLogMs: nowMs + SLOW_LOG_INTERVAL_MS };
    this.#ports.logger.log({ level: 'warn', event, message, fields });
  }
}

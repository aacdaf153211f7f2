import { Worker } from 'node:worker_threads';
import type { ClusterInformation } from '@holdfast/model';
import type { PolicyAnswer } from '@holdfast/node';
import { assert, type Logger } from '@holdfast/ports';
import { ConfigurationSender } from './configuration-transfer.ts';
import type { PolicyJob, PolicyJobDone } from './policy-messages.ts';

export interface PolicyThreadOptions {
  /** File the thread runs. */
  readonly entry: URL;
  /** Longest a computation may take before its thread is ended. */
  readonly timeoutMs: number;
  /** Heap of the thread. A thread that needs more ends, and the computation is answered with an error. */
  readonly memoryMb: number;
  readonly logger: Logger;
  readonly onDone: (token: number, result: PolicyAnswer) => void;
}

interface Computation {
  readonly token: number;
  readonly input: ClusterInformation;
}

/**
 * Computes transitions off the main loop. The thread is started by the first computation, so that only a member that
 * leads pays for it. One computation at a time; every token is answered exactly once.
 */
export class PolicyThread {
  readonly #options: PolicyThreadOptions;
  readonly #waiting: Computation[] = [];
  #worker: Worker | undefined;
  /** Of the configurations that this worker has. */
  #sender = new ConfigurationSender();
  #current: Computation | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PolicyThreadOptions) {
    this.#options = options;
  }

  compute(token: number, input: ClusterInformation): void {
    assert(this.#waiting.length < 64, 'too many computations wait', { token });
    this.#waiting.push({ token, input });
    this.#next();
  }

  async stop(): Promise<void> {
    this.#waiting.length = 0;
    this.#current = undefined;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #next(): void {
    if (this.#current || this.#waiting.length === 0) return;
    this.#worker ??= this.#spawn();
    this.#current = this.#waiting.shift()!;
    this.#timer = setTimeout(() => {
      this.#end(`no result within ${this.#options.timeoutMs} ms`);
    }, this.#options.timeoutMs);
    const { token, input } = this.#current;
    const { configuration, ...others } = input;
    const job: PolicyJob = { token, input: others, lists: this.#sender.lists(configuration) };
    this.#worker.postMessage(job);
  }

  #spawn(): Worker {
    const { entry, memoryMb } = this.#options;
    this.#sender = new ConfigurationSender();
    const worker = new Worker(entry, {
      name: 'policy',
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 16 },
    });
    worker.on('message', (done: PolicyJobDone) => {
      if (worker === this.#worker && this.#current?.token === done.token) this.#answer(done.result);
    });
    worker.on('error', (error) => {
      if (worker === this.#worker) this.#end(error instanceof Error ? error.message : String(error));
    });
    worker.on('exit', (code) => {
      if (worker === this.#worker) this.#end(`the thread ended with code ${code}`);
    });
    return worker;
  }

  /** Gives up the thread; the computation it worked on is answered with an error, the next one gets a new thread. */
  #end(problem: string): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    this.#options.logger.log({
      level: 'error',
      event: 'policy-thread-ended',
      message: `the policy engine failed: ${problem}`,
      fields: { problem },
    });
    if (this.#current) this.#answer(failedAnswer(problem));
  }

  #answer(result: PolicyAnswer): void {
    const job = this.#current;
    assert(job, 'a result without a computation');
    this.#current = undefined;
    clearTimeout(this.#timer);
    this.#options.onDone(job.token, result);
    this.#next();
  }
}

/** The answer to a computation that gave none. */
export function failedAnswer(problem: string): PolicyAnswer {
  return { graph: { header: {}, synapses: [] }, summary: [], reasons: {}, explanation: null, error: problem };
}

import type { AgentResult, AgentRun, LogRecord } from '@holdfast/ports';
import { createHostExecutor, type HostExecutor, type HostExecutorOptions } from '../../src/index.ts';

/** An executor for tests: runs one operation and waits for its result. */
export class TestExecutor {
  readonly executor: HostExecutor;
  readonly log: LogRecord[] = [];
  readonly #waiting = new Map<number, (result: AgentResult) => void>();
  #nextRunId = 1;

  constructor(options: Omit<HostExecutorOptions, 'logger'> = {}) {
    this.executor = createHostExecutor({
      ...options,
      logger: { log: (record) => void this.log.push(record) },
    });
  }

  async start(): Promise<void> {
    await this.executor.agentRunner.start((result) => this.#waiting.get(result.runId)?.(result));
  }

  async stop(): Promise<void> {
    await this.executor.agentRunner.stop();
  }

  /** Runs an operation of `class:provider:type` or `class:type`. */
  run(agent: string, operation: string, more: Partial<AgentRun> = {}): Promise<AgentResult> {
    return this.begin(agent, operation, more).result;
  }

  begin(
    agent: string,
    operation: string,
    more: Partial<AgentRun> = {},
  ): { runId: number; result: Promise<AgentResult> } {
    const [agentClass = 'ocf', ...names] = agent.split(':');
    const type = names.pop() ?? '';
    const provider = names.pop();
    const runId = this.#nextRunId;
    this.#nextRunId += 1;
    const result = new Promise<AgentResult>((resolve) => this.#waiting.set(runId, resolve));
    this.executor.agentRunner.run({
      runId,
      class: agentClass,
      ...(provider === undefined ? {} : { provider }),
      type,
      resource: 'test-resource',
      operation,
      intervalMs: 0,
      timeoutMs: 20_000,
      attributes: {},
      ...more,
    });
    return { runId, result };
  }
}

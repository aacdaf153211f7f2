/** The agents as they are shipped: built into a folder of their own and run by the executor. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHostExecutor } from '@holdfast/executor';
import type { AgentResult, AgentRun, AgentRunner, FenceResult, FenceRun, FenceRunner } from '@holdfast/ports';
import { expect } from 'vitest';
import { buildAgents } from '../build.mjs';

export function sh(command: string): string {
  return execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

export const isRoot = process.getuid?.() === 0;

/** Names what keeps a test from running, once per file, and returns whether anything does. */
export function isMissing(needs: Readonly<Record<string, boolean>>, what: string): boolean {
  const missing = Object.entries(needs).filter(([, present]) => !present);
  if (missing.length > 0) console.log(`skipped: ${what} needs ${missing.map(([name]) => name).join(', ')}`);
  return missing.length > 0;
}

/** A folder with the built agents, and runners for them. */
export class BuiltAgents {
  readonly folder = mkdtempSync(join(tmpdir(), 'resource-agents-'));
  readonly #agents: AgentRunner;
  readonly #fences: FenceRunner;
  readonly #agentResults = new Map<number, (result: AgentResult) => void>();
  readonly #fenceResults = new Map<number, (result: FenceResult) => void>();
  #nextRunId = 1;

  constructor(environment: Readonly<Record<string, string>> = {}) {
    const executor = createHostExecutor({
      logger: { log: () => {} },
      ocfFolders: [join(this.folder, 'wrapped'), join(this.folder, 'dist', 'ocf')],
      fenceFolders: [join(this.folder, 'dist', 'fence')],
      runFolder: join(this.folder, 'run'),
      environment,
    });
    this.#agents = executor.agentRunner;
    this.#fences = executor.fenceRunner;
  }

  async start(): Promise<void> {
    sh(`chmod 755 ${this.folder}`);
    await buildAgents(join(this.folder, 'dist'));
    await this.#agents.start((result) => this.#agentResults.get(result.runId)?.(result));
    await this.#fences.start((result) => this.#fenceResults.get(result.runId)?.(result));
  }

  async stop(): Promise<void> {
    await this.#agents.stop();
    await this.#fences.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Makes `ocf:PROVIDER:NAME` out of ours, run behind a command such as `ip netns exec NAME`. */
  wrap(provider: string, name: string, command: string): void {
    mkdirSync(join(this.folder, 'wrapped', provider), { recursive: true });
    const script = `#!/bin/sh\nexec ${command} ${this.folder}/dist/ocf/holdfast/${name} "$@"\n`;
    writeFileSync(join(this.folder, 'wrapped', provider, name), script, { mode: 0o755 });
  }

  run(
    agent: string,
    operation: string,
    attributes: Record<string, string>,
    more: Partial<AgentRun> = {},
  ): Promise<AgentResult> {
    const runId = this.#nextRunId++;
    const [provider = '', type = ''] = agent.includes(':') ? agent.split(':') : ['holdfast', agent];
    const result = new Promise<AgentResult>((resolve) => this.#agentResults.set(runId, resolve));
    const common = { runId, class: 'ocf', provider, type, resource: 'test', operation, intervalMs: 0 };
    this.#agents.run({ ...common, timeoutMs: 30_000, attributes, ...more });
    return result;
  }

  /** Runs an operation and insists on its exit code. */
  async expectCode(
    agent: string,
    operation: string,
    attributes: Record<string, string>,
    rcCode: number,
  ): Promise<AgentResult> {
    const result = await this.run(agent, operation, attributes);
    expect(result, `${agent} ${operation}: ${result.exitReason ?? ''}`).toMatchObject({
      rcCode,
      opStatus: 0,
    });
    return result;
  }

  /** Every action in the order of an agent's life, each twice, as an idempotent agent must answer. */
  async lifeCycle(
    agent: string,
    attributes: Record<string, string>,
    whileRunning: () => void | Promise<void>,
  ): Promise<void> {
    const code = (operation: string, rcCode: number) => this.expectCode(agent, operation, attributes, rcCode);
    await code('validate-all', 0);
    await code('stop', 0);
    await code('monitor', 7);
    await code('start', 0);
    await code('monitor', 0);
    await whileRunning();
    await code('start', 0);
    await code('monitor', 0);
    await code('promote', 3);
    await code('stop', 0);
    await code('monitor', 7);
    await code('stop', 0);
  }

  fence(run: Partial<FenceRun> & { agent: string; action: string }): Promise<FenceResult> {
    const runId = this.#nextRunId++;
    const result = new Promise<FenceResult>((resolve) => this.#fenceResults.set(runId, resolve));
    this.#fences.run({ runId, parameters: {}, timeoutMs: 30_000, ...run });
    return result;
  }
}

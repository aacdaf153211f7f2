import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAgentMetadata } from '@holdfast/model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Agent,
  AgentError,
  defineAgent,
  executeAction,
  metadataXml,
  NotInstalledError,
  parameter,
  testAgent,
} from '../src/index.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sdk-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const calls: string[] = [];
const fileAgent = defineAgent({
  name: 'file',
  version: '1.0',
  shortText: 'Keeps a file & more',
  longText: 'A file that is there while the resource runs.',
  parameters: {
    state: parameter.string({ text: 'Path', required: true, uniqueGroup: 'state', reloadable: true }),
    mode: parameter.select(['a', 'b'], { text: 'Mode', default: 'a' }),
  },
  times: { monitor: { timeoutMs: 5000, intervalMs: 2500 } },
  async monitor({ parameters }) {
    calls.push('monitor');
    return existsSync(`${parameters.state}.promoted`)
      ? 'promoted'
      : existsSync(parameters.state)
        ? 'running'
        : 'stopped';
  },
  async start({ parameters }) {
    calls.push('start');
    writeFileSync(parameters.state, '');
  },
  async stop({ parameters }) {
    calls.push('stop');
    rmSync(parameters.state);
  },
  async promote({ parameters }) {
    writeFileSync(`${parameters.state}.promoted`, '');
  },
  async demote({ parameters }) {
    rmSync(`${parameters.state}.promoted`);
  },
});

const environment = () => ({ OCF_RESKEY_state: join(folder, 'state'), OCF_RESOURCE_INSTANCE: 'f' });
const act = (agent: Agent<(typeof fileAgent)['parameters']>, action: string) =>
  executeAction(agent, { action, environment: environment(), log: () => {} });

describe('an agent', () => {
  test("passes the harness in ocf-tester's order", async () => {
    let seen = false;
    const steps = await testAgent(fileAgent, {
      parameters: { state: join(folder, 'state') },
      runFolder: folder,
      whileRunning: () => {
        seen = existsSync(join(folder, 'state'));
      },
    });
    expect(steps.filter((step) => !step.passed)).toEqual([]);
    expect(steps.length).toBeGreaterThan(20);
    expect(seen).toBe(true);
  });

  test('that breaks a rule fails the step that shows it', async () => {
    const stubborn = { ...fileAgent, stop: async () => {} };
    const steps = await testAgent(stubborn, {
      parameters: { state: join(folder, 'state') },
      runFolder: folder,
    });
    const failed = steps.filter((step) => !step.passed);
    expect(failed[0]).toMatchObject({ name: 'stop', code: 1, reason: 'it was stopped, but is running' });
  });

  test('is made idempotent: handlers run only when there is something to do', async () => {
    calls.length = 0;
    await act(fileAgent, 'stop');
    await act(fileAgent, 'start');
    await act(fileAgent, 'start');
    await act(fileAgent, 'stop');
    expect(calls.filter((call) => call !== 'monitor')).toEqual(['start', 'stop']);
  });

  test('reports its errors as exit code and reason', async () => {
    const failing = (error: Error) => ({
      ...fileAgent,
      start: async () => {
        throw error;
      },
    });
    expect(await act(failing(new NotInstalledError('no disk tool')), 'start')).toEqual({
      code: 5,
      reason: 'no disk tool',
    });
    expect(await act(failing(new Error('bug')), 'start')).toEqual({ code: 1, reason: 'bug' });
    expect(await act({ ...fileAgent, start: async () => {} }, 'start')).toMatchObject({
      code: 1,
      reason: 'it was started, but does not run',
    });
  });

  test('that has failed is stopped by its handler, and not started over', async () => {
    let failed = true;
    const broken = {
      ...fileAgent,
      monitor: async () => {
        if (failed) throw new AgentError('half of it runs');
        return 'stopped' as const;
      },
      stop: async () => {
        failed = false;
      },
    };
    expect(await act(broken, 'start')).toEqual({ code: 1, reason: 'half of it runs' });
    expect(await act(broken, 'stop')).toEqual({ code: 0 });
  });
});

describe('meta-data', () => {
  test('is read back as it was defined', () => {
    const parsed = parseAgentMetadata(metadataXml(fileAgent));
    expect(parsed).toMatchObject({ ok: true, metadata: { name: 'file', shortText: 'Keeps a file & more' } });
    if (!parsed.ok) return;
    expect(parsed.metadata.parameters).toMatchObject([
      { name: 'state', required: true, uniqueGroup: 'state', reloadable: true },
      { name: 'mode', type: 'select', default: 'a', options: ['a', 'b'] },
    ]);
    expect(parsed.metadata.actions.map((action) => action.name)).toEqual([
      'start',
      'stop',
      'monitor',
      'promote',
      'demote',
      'validate-all',
      'meta-data',
    ]);
    expect(parsed.metadata.actions[2]).toMatchObject({ timeoutMs: 5000, intervalMs: 2500 });
  });
});

test('as a program it takes the action as argument and says why it failed', () => {
  const program = join(folder, 'agent.ts');
  const index = new URL('../src/index.ts', import.meta.url).pathname;
  writeFileSync(
    program,
    `import { AgentError, defineAgent, parameter, runAgent } from '${index}';
await runAgent(defineAgent({ name: 'p', version: '1', shortText: 's', longText: 'l', parameters: {},
  async monitor() { return 'stopped'; }, async start() { throw new AgentError('not today'); }, async stop() {} }));`,
  );
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['--conditions=source', '--no-warnings', program, ...args], {
      encoding: 'utf8',
    });
  expect(run('monitor').status).toBe(7);
  expect(run('start')).toMatchObject({ status: 1, stderr: 'ocf-exit-reason:not today\n' });
  expect(run('meta-data').stdout).toContain('<resource-agent name="p"');
  expect(run('nonsense').status).toBe(3);
  expect(run().status).toBe(2);
  const xmllint = spawnSync('xmllint', ['--noout', '-'], { input: run('meta-data').stdout });
  if (xmllint.error === undefined) expect(xmllint.status).toBe(0);
  expect(() => execFileSync(process.execPath, ['--version'])).not.toThrow();
});

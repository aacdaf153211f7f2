import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProcess } from '@holdfast/agent-sdk';
import { parseAgentMetadata } from '@holdfast/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BuiltAgents } from './built-agents.ts';

const agents = new BuiltAgents({ HOLDFAST_DEV_NODE: 'dev7/n9' });
const directory = join(agents.folder, 'dev');
const parameters = { directory, marker: 'dev7/%n' };

beforeAll(() => agents.start());
afterAll(() => agents.stop());

const fence = (action: string, target?: string) =>
  agents.fence({ agent: 'fence_dev', action, parameters, ...(target === undefined ? {} : { target }) });

async function pidFrom(path: string): Promise<number> {
  await expect.poll(() => existsSync(path) && readFileSync(path, 'utf8').trim()).toMatch(/^\d+/);
  return Number.parseInt(readFileSync(path, 'utf8'), 10);
}

/** A stand-in for a daemon: marked, with children in sessions of their own that ignore TERM or fork on and on. */
async function boot(node: string): Promise<{ daemon: number; children: number[] }> {
  const folder = join(directory, node);
  mkdirSync(join(folder, 'state/agents'), { recursive: true });
  const script = `
    setsid sh -c 'trap "" TERM; echo $$ > ${folder}/stubborn; while :; do sleep 0.05; done' &
    setsid sh -c 'echo $$ > ${folder}/forker; while :; do setsid sh -c "sleep 0.3" & sleep 0.01; done' &
    env -u HOLDFAST_DEV_NODE setsid sh -c 'echo $$ > ${folder}/unmarked; while :; do sleep 0.05; done' &
    echo $$ > ${folder}/state/holdfastd.pid; trap "" TERM; while :; do sleep 0.1; done`;
  const child = spawn('/bin/sh', ['-c', script], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, HOLDFAST_DEV_NODE: `dev7/${node}` },
  });
  child.unref();
  const daemon = await pidFrom(join(folder, 'state/holdfastd.pid'));
  const children = await Promise.all(
    ['stubborn', 'forker', 'unmarked'].map((name) => pidFrom(join(folder, name))),
  );
  return { daemon, children };
}

describe('fence_dev', () => {
  test('describes itself', async () => {
    const parsed = parseAgentMetadata((await fence('metadata')).output);
    expect(parsed).toMatchObject({ ok: true, metadata: { name: 'fence_dev' } });
    expect(parsed.ok && parsed.metadata.actions.map((each) => each.name)).toEqual(
      expect.arrayContaining(['on', 'off', 'reboot', 'status', 'list', 'monitor']),
    );
  });

  test('kills a daemon and all it started, and nothing of another node', async () => {
    const first = await boot('n1');
    const second = await boot('n2');
    expect(await fence('monitor')).toMatchObject({ rcCode: 0 });
    expect(await fence('list')).toMatchObject({ rcCode: 0, output: 'n1,\nn2,\n' });
    expect(await fence('status', 'n1')).toMatchObject({ rcCode: 0 });

    expect(await fence('off', 'n1')).toMatchObject({ rcCode: 0 });
    for (const pid of [first.daemon, ...first.children]) expect(findProcess(pid)).toBeUndefined();
    expect(await fence('status', 'n1')).toMatchObject({ rcCode: 2 });
    expect(readFileSync(join(directory, 'n1/power'), 'utf8')).toBe('off\n');
    for (const pid of [second.daemon, ...second.children]) expect(findProcess(pid)).toBeDefined();

    expect(await fence('off', 'n1')).toMatchObject({ rcCode: 0 });
    expect(await fence('reboot', 'n2')).toMatchObject({ rcCode: 0 });
    for (const pid of [second.daemon, ...second.children]) expect(findProcess(pid)).toBeUndefined();
    expect(readFileSync(join(directory, 'n2/power'), 'utf8')).toBe('on\n');
  });

  test('follows PID files of agents, but not to a process that got the pid meanwhile', async () => {
    mkdirSync(join(directory, 'n3/state/agents'), { recursive: true });
    const stray = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    const other = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    const startedAt = findProcess(stray.pid!)!.startedAt;
    writeFileSync(join(directory, 'n3/state/agents/service-a.pid'), `${stray.pid}\n${startedAt}\n`);
    writeFileSync(join(directory, 'n3/state/agents/service-b.pid'), `${other.pid}\nanother time\n`);
    writeFileSync(join(directory, 'n3/state/holdfastd.pid'), `${other.pid}\n`);
    writeFileSync(join(directory, 'n3/state/agents/Dummy-a.state'), '');
    writeFileSync(join(directory, 'n3/state/agents/service-a.log'), '');
    expect(await fence('off', 'n3')).toMatchObject({ rcCode: 0 });
    expect(readdirSync(join(directory, 'n3/state/agents'))).toEqual(['service-a.log']);
    expect(findProcess(stray.pid!)).toBeUndefined();
    expect(findProcess(other.pid!)).toBeDefined();
    other.kill('SIGKILL');
  });

  test('does not take an unknown node for one that is off, nor fences itself', async () => {
    expect(await fence('off', 'n8')).toMatchObject({
      rcCode: 1,
      reason: expect.stringContaining('there is no node n8'),
    });
    expect(await fence('off', '../n1')).toMatchObject({ rcCode: 1 });
    expect(await fence('off')).toMatchObject({ rcCode: 1 });
    mkdirSync(join(directory, 'n9'), { recursive: true });
    expect(await fence('off', 'n9')).toMatchObject({
      rcCode: 1,
      reason: expect.stringContaining('own death'),
    });
  });
});

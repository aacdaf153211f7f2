import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needsUnfencing, parseAgentMetadata } from '@holdfast/model';
import type { FenceResult, FenceRun } from '@holdfast/ports';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fenceInput } from '../../src/fencing/fence-input.ts';
import { createHostExecutor, type HostExecutor } from '../../src/index.ts';

let folder = '';
let executor: HostExecutor;
let nextRunId = 1;
const waiting = new Map<number, (result: FenceResult) => void>();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fence-'));
  executor = createHostExecutor({ logger: { log: () => {} }, fenceFolders: [folder, '/usr/sbin'] });
  await executor.fenceRunner.start((result) => waiting.get(result.runId)?.(result));
});

afterEach(async () => {
  await executor.fenceRunner.stop();
  rmSync(folder, { recursive: true, force: true });
});

function begin(more: Partial<FenceRun> & { agent: string; action: string }): {
  runId: number;
  result: Promise<FenceResult>;
} {
  const runId = nextRunId;
  nextRunId += 1;
  const result = new Promise<FenceResult>((resolve) => waiting.set(runId, resolve));
  executor.fenceRunner.run({ runId, parameters: {}, timeoutMs: 10_000, ...more });
  return { runId, result };
}

const run = (more: Partial<FenceRun> & { agent: string; action: string }) => begin(more).result;

/** An agent that writes what it was told to a file, and has the parameters named. */
function agent(
  name: string,
  parameters: readonly string[],
  act = 'exit 0',
  { byArgument = true, actions = ['off'] } = {},
): void {
  const elements = parameters.map((each) => `<parameter name='${each}'/>`).join('');
  const known = actions.map((each) => `<action name='${each}'/>`).join('');
  const metadata =
    `<resource-agent name='${name}'><parameters>${elements}</parameters>` +
    `<actions>${known}</actions></resource-agent>`;
  const describeItself = `echo "${metadata}"; echo metadata >> ${folder}/asked; exit 0`;
  writeFileSync(
    join(folder, name),
    `#!/bin/sh
input=$(cat)
case "$*$input" in
  "-o metadata"*) ${byArgument ? describeItself : 'exit 1'};;
  *action=metadata*) ${describeItself};;
esac
echo "$input" > ${folder}/input
${act}
`,
    { mode: 0o755 },
  );
}

const input = () => readFileSync(join(folder, 'input'), 'utf8').trim().split('\n');

describe('a fence agent', () => {
  test('is told action, options and the target by the argument its metadata names', async () => {
    agent('fence_port', ['ip', 'port', 'plug', 'nodename']);
    const parameters = { ip: '10.0.0.1', pcmk_host_list: 'n1 n2', provides: 'unfencing', password: 'a=b c' };
    const result = await run({ agent: 'fence_port', action: 'off', target: 'outlet7', parameters });
    expect(result).toMatchObject({ rcCode: 0, timedOut: false });
    expect(input()).toEqual([
      'action=off',
      'ip=10.0.0.1',
      'password=a=b c',
      'port=outlet7',
      'nodename=outlet7',
    ]);
    agent('fence_plug', ['plug']);
    await run({ agent: 'fence_plug', action: 'reboot', target: 'n1' });
    expect(input()).toEqual(['action=reboot', 'plug=n1']);
  });

  test('is asked for its metadata once, and not at all when the argument is given', async () => {
    agent('fence_port', ['port']);
    await run({ agent: 'fence_port', action: 'off', target: 'n1', targetArgument: 'host' });
    expect(input()).toEqual(['action=off', 'host=n1']);
    await run({ agent: 'fence_port', action: 'off', target: 'n1', targetArgument: 'none' });
    expect(input()).toEqual(['action=off']);
    expect(existsSync(join(folder, 'asked'))).toBe(false);
    await run({ agent: 'fence_port', action: 'off', target: 'n1' });
    await run({ agent: 'fence_port', action: 'off', target: 'n2' });
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('metadata\n');
  });

  test('that is monitored is asked ahead, so that fencing need not wait for the answer', async () => {
    agent('fence_port', ['port']);
    await run({ agent: 'fence_port', action: 'monitor' });
    await expect.poll(() => existsSync(join(folder, 'asked'))).toBe(true);
    await run({ agent: 'fence_port', action: 'off', target: 'n1' });
    expect(input()).toEqual(['action=off', 'port=n1']);
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('metadata\n');
  });

  test('that knows no arguments is asked by its input', async () => {
    agent('fence_old', ['plug'], 'exit 0', { byArgument: false });
    expect(await run({ agent: 'fence_old', action: 'off', target: 'n1' })).toMatchObject({ rcCode: 0 });
    expect(input()).toEqual(['action=off', 'plug=n1']);
  });

  describe('for a target that the configuration does not vouch for', () => {
    const act = `echo "$input" >> ${'$'}{0%/*}/acts
case "$input" in
  *action=list*) printf 'n1,\\n7,n2,on\\n';;
  *action=status*port=n2*) exit 2;;
  *action=status*) exit 1;;
esac`;
    const acts = () => readFileSync(join(folder, 'acts'), 'utf8').trim().split('\n');

    test('acts once its list names the target', async () => {
      agent('fence_lists', ['port'], act, { actions: ['off', 'list'] });
      const listed = { agent: 'fence_lists', action: 'off', target: 'n2', targetCheck: 'list' as const };
      expect(await run(listed)).toMatchObject({ rcCode: 0 });
      expect(acts()).toEqual(['action=list', 'action=off', 'port=n2']);
      const unlisted = await run({ ...listed, target: 'n' });
      expect(unlisted.rcCode).toBeUndefined();
      expect(unlisted.reason).toBe('the agent does not list n among its targets');
      expect(acts().slice(3)).toEqual(['action=list']);
    });

    test('does nothing if it cannot list its targets: it may act on one machine whatever it is told', async () => {
      agent('fence_one', ['port'], act, { actions: ['off', 'status'] });
      const result = await run({ agent: 'fence_one', action: 'off', target: 'n2', targetCheck: 'list' });
      expect(result.rcCode).toBeUndefined();
      expect(result.reason).toMatch(/cannot list its targets and no pcmk_host_list/);
      expect(existsSync(join(folder, 'acts'))).toBe(false);
    });

    test('acts once it tells the state of the target, where that is asked for', async () => {
      agent('fence_states', ['port'], act);
      const known = { agent: 'fence_states', action: 'off', target: 'n2', targetCheck: 'status' as const };
      expect(await run(known)).toMatchObject({ rcCode: 0 });
      expect(acts()).toEqual(['action=status', 'port=n2', 'action=off', 'port=n2']);
      expect((await run({ ...known, target: 'n3' })).reason).toBe('its status: exit code 1');
      expect(acts().slice(4)).toEqual(['action=status', 'port=n3']);
    });
  });

  test('that fails gives its exit code and the reason it printed', async () => {
    agent('fence_fail', ['port'], 'echo "Failed: unable to connect" >&2; exit 1');
    const result = await run({ agent: 'fence_fail', action: 'off', target: 'n1' });
    expect(result).toMatchObject({
      rcCode: 1,
      timedOut: false,
      reason: 'exit code 1: Failed: unable to connect',
    });
  });

  test('that hangs is killed, and the result is never a success', async () => {
    agent('fence_hang', ['port'], 'trap "exit 0" TERM; while :; do sleep 0.1; done');
    const result = await run({ agent: 'fence_hang', action: 'off', target: 'n1', timeoutMs: 600 });
    expect(result).toMatchObject({ timedOut: true, reason: 'timed out' });
    expect(result.rcCode).toBeUndefined();
  });

  test('that crashes or is missing or has unreadable metadata fails', async () => {
    agent('fence_crash', ['port'], 'kill -SEGV $$');
    expect(await run({ agent: 'fence_crash', action: 'off', target: 'n1' })).toMatchObject({
      reason: 'ended by SIGSEGV',
    });
    for (const name of ['fence_missing', '../sbin/fence_dummy']) {
      const result = await run({ agent: name, action: 'off', target: 'n1' });
      expect(result.rcCode).toBeUndefined();
      expect(result.reason).toMatch(/there is no agent/);
    }
    writeFileSync(join(folder, 'fence_mute'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    const mute = await run({ agent: 'fence_mute', action: 'off', target: 'n1' });
    expect(mute.rcCode).toBeUndefined();
    expect(mute.reason).toMatch(/no usable metadata/);
  });

  test('can be cancelled', async () => {
    agent('fence_slow', ['port'], 'sleep 20');
    const { runId, result } = begin({
      agent: 'fence_slow',
      action: 'off',
      target: 'n1',
      targetArgument: 'port',
    });
    setTimeout(() => executor.fenceRunner.cancel(runId), 200);
    expect(await result).toMatchObject({ timedOut: false, reason: 'cancelled' });
  });
});

test('an option with a line break is refused, as it would smuggle in another one', async () => {
  const bad = { runId: 1, agent: 'x', action: 'off', timeoutMs: 1, parameters: { password: 'x\naction=on' } };
  expect(fenceInput(bad, [])).toHaveProperty('refused');
  agent('fence_port', ['port']);
  const result = await run({ agent: 'fence_port', action: 'off', target: 'n1\naction=on' });
  expect(result.rcCode).toBeUndefined();
});

describe.skipIf(!existsSync('/usr/sbin/fence_dummy'))("Debian's fence agents", () => {
  test('describe themselves', async () => {
    for (const name of ['fence_ipmilan', 'fence_scsi', 'fence_dummy']) {
      const { output } = await run({ agent: name, action: 'metadata', timeoutMs: 20_000 });
      const parsed = parseAgentMetadata(output);
      expect(parsed.ok, name).toBe(true);
      if (!parsed.ok) continue;
      expect(parsed.metadata.actions.map((action) => action.name)).toContain('off');
      expect(needsUnfencing(parsed.metadata)).toBe(name === 'fence_scsi');
    }
  }, 60_000);

  test('fence_dummy switches off and tells the status', async () => {
    const parameters = { type: 'file', status_file: join(folder, 'status') };
    const common = { agent: 'fence_dummy', target: 'n1', parameters, timeoutMs: 20_000 };
    expect(await run({ ...common, action: 'on' })).toMatchObject({ rcCode: 0 });
    expect(await run({ ...common, action: 'status' })).toMatchObject({ rcCode: 0 });
    expect(await run({ ...common, action: 'off' })).toMatchObject({ rcCode: 0 });
    expect(await run({ ...common, action: 'status' })).toMatchObject({ rcCode: 2 });
  }, 60_000);
});

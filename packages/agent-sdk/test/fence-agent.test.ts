import { parseAgentMetadata } from '@holdfast/model';
import { expect, test } from 'vitest';
import { AgentError, defineFenceAgent, executeFenceAction, parameter } from '../src/index.ts';

const power = new Map<string, 'on' | 'off'>();
const agent = defineFenceAgent({
  name: 'fence_map',
  shortText: 'Switches in memory',
  longText: 'Switches in memory.',
  parameters: { ip: parameter.string({ text: 'Address', required: true }) },
  async off(_context, target) {
    if (target === 'stuck') throw new AgentError('the switch is stuck');
    power.set(target, 'off');
  },
  async on(_context, target) {
    power.set(target, 'on');
  },
  async status(_context, target) {
    return power.get(target) ?? 'off';
  },
  async monitor() {},
  async list() {
    return [...power.keys()];
  },
});

const run = (...lines: string[]) => executeFenceAction(agent, lines.join('\n'));

test('actions are told by lines; comments and unknown names are ignored; the last of a name counts', async () => {
  expect(await run('# comment', 'ip=1', 'action=off', 'action=on', 'plug=n1', 'unknown=x')).toEqual({
    code: 0,
  });
  expect(power.get('n1')).toBe('on');
  expect(await run('ip=1', 'action=status', 'port=n1')).toEqual({ code: 0 });
  expect(await run('ip=1', 'action=off', 'nodename=n1')).toEqual({ code: 0 });
  expect(await run('ip=1', 'action=status', 'plug=n1')).toEqual({ code: 2 });
  expect(await run('ip=1', 'action=list')).toEqual({ code: 0, output: 'n1,\n' });
  expect(await run('ip=1', 'plug=n1')).toEqual({ code: 0 });
  expect(power.get('n1')).toBe('on');
});

test('failures are code 1 with a reason', async () => {
  expect(await run('ip=1', 'action=off', 'plug=stuck')).toEqual({ code: 1, reason: 'the switch is stuck' });
  expect(await run('ip=1', 'action=off')).toEqual({ code: 1, reason: 'no target was named (plug)' });
  expect(await run('action=off', 'plug=n1')).toEqual({ code: 1, reason: 'parameter ip is required' });
  expect(await run('ip=1', 'action=explode')).toMatchObject({ code: 1 });
});

test('metadata names the target argument and the actions', async () => {
  const parsed = parseAgentMetadata((await run('action=metadata')).output ?? '');
  expect(parsed.ok && parsed.metadata.parameters.map((each) => each.name)).toEqual(['action', 'plug', 'ip']);
  expect(parsed.ok && parsed.metadata.actions.map((each) => each.name)).toContain('reboot');
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  applyChange,
  ConfigurationDraft,
  diffConfigurations,
  HoldfastError,
  parseStatement,
  printConfiguration,
} from '@holdfast/model';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConfigureDelete } from '../src/commands/configure/delete.ts';
import { ConfigureEdit } from '../src/commands/configure/edit.ts';
import { Configure } from '../src/commands/configure/index.ts';
import { ConfigureLoad } from '../src/commands/configure/load.ts';
import { ConfigureShow } from '../src/commands/configure/show.ts';
import { Maintenance } from '../src/commands/maintenance.ts';
import { NodeFence } from '../src/commands/node/fence.ts';
import { NodeStandby } from '../src/commands/node/standby.ts';
import { ResourceLocate } from '../src/commands/resource/locate.ts';
import { ResourceMove } from '../src/commands/resource/move.ts';
import { ResourceParam } from '../src/commands/resource/param.ts';
import { ResourcePromote } from '../src/commands/resource/promote.ts';
import { ResourceRestart } from '../src/commands/resource/restart.ts';
import { ResourceStart } from '../src/commands/resource/start.ts';
import { ResourceStop } from '../src/commands/resource/stop.ts';
import { Status } from '../src/commands/status.ts';
import { Verify } from '../src/commands/verify.ts';
import { quickStatus } from '../src/status/quick-status.ts';
import { ControlServer } from './control-server.ts';

const ROOT = join(import.meta.dirname, '..');
let server: ControlServer;

beforeEach(async () => {
  server = new ControlServer();
  await server.listen();
});

afterEach(async () => {
  await server.close();
  process.exitCode = 0;
});

interface Runnable {
  run(argv: string[], options: { root: string }): Promise<unknown>;
}

interface Outcome {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

/** Runs a command as the program does; returns what it printed and its exit code. */
function run(command: Runnable, ...argv: string[]): Promise<Outcome> {
  return runAt(server.socket, command, argv);
}

async function runAt(socket: string, command: Runnable, argv: readonly string[]): Promise<Outcome> {
  const out: string[] = [];
  const err: string[] = [];
  process.exitCode = 0;
  const stdout = vi.spyOn(console, 'log').mockImplementation((text) => void out.push(`${text}\n`));
  const stderr = vi.spyOn(console, 'error').mockImplementation((text) => void err.push(`${text}\n`));
  try {
    await command.run([...argv, '--socket', socket], { root: ROOT });
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
  }
  return { out: out.join(''), err: err.join(''), code: Number(process.exitCode) };
}

const words = (line: string): string[] => line.split(' ');
const configured = (): string => printConfiguration(server.state.configuration);

test('a statement is committed at once, and shown again', async () => {
  expect(
    await run(Configure, ...words('primitive web ocf:heartbeat:nginx op monitor interval=10s')),
  ).toMatchObject({
    code: 0,
    out: 'done\n',
  });
  expect((await run(ConfigureShow)).out).toBe('primitive web nginx \\\n\top monitor interval=10s\n');
});

test('an agent that is not installed is told, and no obstacle', async () => {
  const missing = 'web: the agent ocf:heartbeat:Missing is not installed on n1';
  const statement = words('primitive web ocf:heartbeat:Missing op monitor interval=10s');
  const first = await run(Configure, ...statement);
  expect([first.code, first.err + first.out]).toEqual([0, expect.stringContaining(missing)]);
  // What is there already is told by verify alone.
  const second = await run(Configure, ...words('primitive db ocf:heartbeat:Missing op monitor interval=10s'));
  expect(second.err + second.out).not.toContain('not installed');
  const verified = await run(Verify);
  expect([verified.code, verified.out]).toEqual([0, expect.stringContaining(missing)]);
});

test('a mistake is shown where it is, and nothing is changed', async () => {
  const { err, code } = await run(Configure, ...words('primitive web Dummy op'));
  expect(code).toBe(65);
  expect(err).toContain(
    'the name of the operation is missing (statement "primitive web", line 1, column 23)',
  );
  expect(err).toContain(`  primitive web Dummy op\n  ${' '.repeat(22)}^\n`);
  expect(server.state.counter).toBe(0);
});

test('a change that would leave a dangling reference is refused before it is sent', async () => {
  const { err, code } = await run(Configure, ...words('location l nothing 100: n1'));
  expect([code, err.includes('l refers to resource nothing')]).toEqual([78, true]);
});

test('an error as JSON has the code and what to do', async () => {
  const { out, code } = await run(Configure, ...words('primitive web Dummy op'), '--json');
  expect(JSON.parse(out)).toMatchObject({
    error: { code: 'CONFIG_SYNTAX', position: { line: 1, column: 23 } },
  });
  expect(code).toBe(65);
});

test('a dry run changes nothing', async () => {
  const { out } = await run(Configure, ...words('primitive web Dummy'), '--dry-run');
  expect(out).toContain('the change is valid; nothing was applied');
  expect(configured()).toBe('');
});

test('a file of statements is one transaction', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'holdfast-load-')), 'web.crm');
  writeFileSync(
    file,
    '# the site\nprimitive a Dummy\nprimitive b Dummy\ngroup g a b\nproperty no-quorum-policy=stop\n',
  );
  await run(ConfigureLoad, file);
  expect(server.state.counter).toBe(1);
  expect((await run(ConfigureShow)).out).toContain('# the site\nprimitive a Dummy\n');
  writeFileSync(file, 'primitive c Dummy\n');
  await run(ConfigureLoad, 'replace', file);
  expect(configured()).toBe('primitive c Dummy\n');
});

test('a file that is not there has its own exit code', async () => {
  expect((await run(ConfigureLoad, '/nonexistent')).code).toBe(66);
});

test('somebody else wrote another object meanwhile: both changes stay', async () => {
  await run(Configure, ...words('primitive a Dummy'));
  server.beforeChange = () => otherOperator('primitive other Dummy');
  await run(Configure, ...words('primitive b Dummy'));
  expect(configured()).toBe('primitive a Dummy\nprimitive b Dummy\nprimitive other Dummy\n');
});

test('somebody else wrote the same object meanwhile: the edit is made again on what is there now', async () => {
  await run(Configure, ...words('property no-quorum-policy=stop'));
  server.beforeChange = () => otherOperator('property batch-limit=5');
  await run(Configure, ...words('property cluster-delay=30s'));
  expect(configured().replace(/ \\\n\t/g, ' ')).toBe(
    'property cib-bootstrap-options: no-quorum-policy=stop batch-limit=5 cluster-delay=30s\n',
  );
});

/** Commits a statement once, between what the command read and what it writes. */
function otherOperator(statement: string): void {
  server.beforeChange = undefined;
  const draft = new ConfigurationDraft(server.state.configuration);
  draft.put(parseStatement(statement));
  const next = applyChange(
    server.state,
    diffConfigurations(server.state.configuration, draft.configuration()),
  );
  if (next instanceof HoldfastError) throw next;
  server.state = next;
}

test('deleting tells what else goes', async () => {
  await run(Configure, ...words('primitive a Dummy'));
  await run(Configure, ...words('location l a 100: n1'));
  const { out } = await run(ConfigureDelete, 'a');
  expect(out).toContain('note: l is removed with a');
  expect(configured()).toBe('');
});

test('the text in an editor becomes one change', async () => {
  await run(Configure, ...words('primitive a Dummy meta priority=1'));
  vi.stubEnv('VISUAL', 'sed -i s/priority=1/priority=2/');
  await run(ConfigureEdit, 'a');
  vi.unstubAllEnvs();
  expect(configured()).toContain('priority=2');
});

test('an object that somebody else changed while the editor was open is not overwritten', async () => {
  await run(Configure, ...words('primitive a Dummy meta priority=1'));
  vi.stubEnv('VISUAL', 'sed -i s/priority=1/priority=2/');
  server.beforeChange = () => {
    const draft = new ConfigurationDraft(server.state.configuration);
    draft.replaceSelection(['a'], [parseStatement('primitive a Dummy meta priority=9')]);
    server.beforeChange = undefined;
    const next = applyChange(
      server.state,
      diffConfigurations(server.state.configuration, draft.configuration()),
    );
    if (next instanceof HoldfastError) throw next;
    server.state = next;
  };
  const { code, err } = await run(ConfigureEdit, 'a');
  vi.unstubAllEnvs();
  expect([code, err.includes('your text is kept in'), configured().includes('priority=9')]).toEqual([
    108,
    true,
    true,
  ]);
});

test('start, stop and restart wait until it is done', async () => {
  await run(Configure, ...words('primitive a Dummy'));
  expect((await run(ResourceStop, 'a')).out).toContain('a is stopped');
  expect((await run(ResourceLocate, 'a')).out).toBe(
    'resource a is NOT running: a is Stopped: it is asked to be stopped\n',
  );
  expect((await run(ResourceStart, 'a')).out).toContain('a runs');
  expect((await run(ResourceRestart, 'a')).out).toBe('a is stopped\na runs\n');
  expect(configured()).toContain('target-role=Started');
});

test('a wait that is in vain says why, with the exit code of a timeout', async () => {
  await run(Configure, ...words('primitive a Dummy'));
  for (const node of ['n1', 'n2']) await run(Configure, ...words(`location no-${node} a -inf: ${node}`));
  await run(ResourceStop, 'a');
  const { err, code } = await run(ResourceStart, 'a', '--wait', '1');
  expect([code, err.includes('a is Stopped: no node may run it')]).toEqual([124, true]);
});

test('a move leaves no constraint behind where stickiness holds the resource', async () => {
  await run(Configure, ...words('primitive a Dummy'));
  await run(Configure, ...words('rsc_defaults resource-stickiness=100'));
  const { out } = await run(ResourceMove, 'a', 'n2');
  expect(out).toContain('a runs on n2');
  expect(configured()).not.toContain('cli-prefer');
});

test('without stickiness the constraint stays, and the command says how to remove it', async () => {
  await run(Configure, ...words('primitive a Dummy'));
  expect((await run(ResourceMove, 'a')).out).toContain('holdfast resource clear a');
  expect(configured()).toContain('location cli-ban-a-on-n1 a role=Started -inf: n1');
});

test('parameters are set, shown and deleted', async () => {
  await run(Configure, ...words('primitive a Dummy'));
  await run(ResourceParam, ...words('a set state /run/a'));
  expect((await run(ResourceParam, ...words('a show state'))).out).toBe('/run/a\n');
  await run(ResourceParam, ...words('a delete state'));
  expect((await run(ResourceParam, ...words('a show state'))).code).toBe(105);
});

test('maintenance of the cluster is one option', async () => {
  await run(Maintenance, 'on');
  expect(configured()).toContain('maintenance-mode=true');
  await run(Maintenance, 'off');
  expect(configured()).toContain('maintenance-mode=false');
  expect((await run(Maintenance, 'on')).code).toBe(0);
});

test('promoting what a clone multiplies asks the clone', async () => {
  await run(
    Configure,
    'primitive s ocf:pacemaker:Stateful op monitor interval=5s\nclone c s meta promotable=true',
  );
  await run(ResourcePromote, 's');
  expect(configured()).toContain('clone c s \\\n\tmeta promotable=true target-role=Promoted');
});

test('a node without a name is the asked one; one that does not exist is refused', async () => {
  expect((await run(NodeStandby)).out).toBe('n1: standby\n');
  expect((await run(NodeStandby, 'n9')).code).toBe(105);
});

test('fencing is asked of the cluster', async () => {
  await run(NodeFence, 'n2', '--off');
  expect(server.requests).toMatchObject([{ path: '/v1/fence', body: { node: 'n2', action: 'off' } }]);
});

test('status as JSON is what the member reports', async () => {
  await run(Configure, ...words('primitive a Dummy'));
  expect(JSON.parse((await run(Status, '--json')).out)).toMatchObject({
    answeredBy: 'n1',
    resources: [{ id: 'a' }],
  });
});

test('the short way of status prints what the command prints', async () => {
  await run(Configure, ...words('primitive a Dummy'));
  for (const flags of [[], ['--json']]) {
    const written: string[] = [];
    const stdout = vi
      .spyOn(process.stdout, 'write')
      .mockImplementation((text) => written.push(String(text)) > 0);
    const done = await quickStatus(['status', ...flags, '--socket', server.socket]);
    stdout.mockRestore();
    expect(done).toBe(true);
    expect(written.join('')).toBe((await run(Status, ...flags)).out);
  }
  expect(await quickStatus(['status', '--watch'])).toBe(false);
});

test('a location on an unknown node is told at commit and by verify', async () => {
  await run(Configure, ...words('primitive a Dummy'));
  const { err } = await run(Configure, ...words('location l a 100: n7'));
  expect(err).toContain('warning: l: there is no node n7');
  expect((await run(Configure, ...words('location m a 100: n1'))).err).not.toContain('there is no node');
  expect((await run(Verify)).out).toContain('warning: l: there is no node n7');
});

test('no daemon: says so, with the exit code of the reference', async () => {
  const { err, code } = await runAt('/nonexistent/socket', Status, []);
  expect([code, err.includes('do:   start holdfastd')]).toEqual([102, true]);
});

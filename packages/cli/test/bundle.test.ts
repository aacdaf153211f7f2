import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ControlServer } from './control-server.ts';

const ROOT = join(import.meta.dirname, '..');
const BUNDLE = join(ROOT, 'dist/bundle/holdfast.mjs');
const isBuilt = existsSync(BUNDLE) && statSync(BUNDLE).mtimeMs >= statSync(join(ROOT, 'src/main.ts')).mtimeMs;
if (!isBuilt)
  console.log(
    'the bundled command is not tested: it is not built, or older than its sources (npm run build)',
  );

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end. */
function run(program: string, args: readonly string[], socket = '/nonexistent'): Promise<Ended> {
  const env = { ...process.env, HOLDFAST_SOCKET: socket, NO_COLOR: '1' };
  return new Promise((resolve) => {
    execFile(program, args, { env, timeout: 20_000 }, (error, out, err) => {
      resolve({ code: Number(error?.code ?? 0), out, err });
    });
  });
}

/** Processor time of what a shell ran, from the second line of its `times`. */
function childrenMs(text: string): number {
  const [, children = ''] = text.trim().split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + Number(m) * 60_000 + Number(s) * 1000,
    0,
  );
}

const program = (name: string): string => join(ROOT, 'bin', name);

describe.skipIf(!isBuilt)('the bundled command', () => {
  const server = new ControlServer();
  beforeAll(() => server.listen());
  afterAll(() => server.close());

  test('starts what is asked most without the frame of the other commands', async () => {
    for (const name of ['quick-status.mjs', 'quick-crm-simulate.mjs'])
      expect(readFileSync(join(ROOT, 'dist/bundle', name), 'utf8').includes('@oclif/core/lib'), name).toBe(
        false,
      );
    const version = await run(program('crm_simulate'), ['--version']);
    expect(version).toMatchObject({ code: 0, out: expect.stringMatching(/^Holdfast \d/) });
    expect(await run(program('crm_simulate'), ['-x', '/nonexistent'])).toMatchObject({
      code: 66,
      err: 'crm_simulate: cannot read /nonexistent\n',
    });
  });

  test('configures and shows, also by the words of crmsh', async () => {
    expect(
      await run(program('holdfast'), ['configure', 'primitive', 'web', 'Dummy'], server.socket),
    ).toMatchObject({ code: 0 });
    const { out } = await run(program('crm'), ['configure', 'show'], server.socket);
    expect(out).toBe('primitive web Dummy\n');
    expect(
      (await run(program('crm'), ['-F', 'resource', 'stop', 'web', '--wait', '0'], server.socket)).out,
    ).toContain('asked to stop');
  });

  test('a script for the shell is carried out line by line, and ends at the first mistake', async () => {
    const lines = [
      'configure',
      'primitive s Dummy op monitor interval=5s',
      'commit',
      'up',
      'resource locate s',
      'configure',
      'primitive',
      'erase',
    ];
    const script = lines.map((each) => `${each}\n`).join('');
    const { out, err, code } = await run(
      '/bin/sh',
      ['-c', `printf '${script}' | ${program('crm')}`],
      server.socket,
    );
    expect([out, code]).toEqual(['committed: s\nresource s is running on: n1\n', 65]);
    expect(err).toContain('the id is missing');
  });

  test('a mistyped command is answered with what was probably meant', async () => {
    const { err, code } = await run(program('holdfast'), ['resource', 'strat', 'web'], server.socket);
    expect([code, err.split('\n')[0]]).toEqual([
      64,
      'error: there is no command "resource strat"; did you mean "holdfast resource start"?',
    ]);
    const topic = await run(program('holdfast'), ['cluster', 'xyzzy'], server.socket);
    expect(topic.err).toContain('there are init, join, recover, stop, token');
  });

  test('ends with the exit codes of the catalogue', async () => {
    const codes = [
      await run(program('holdfast'), ['status']),
      await run(program('holdfast'), ['nonsense']),
      await run(program('holdfast'), ['resource', 'move']),
      await run(program('crm'), ['ra', 'list']),
      await run(program('crm_simulate'), ['-x', '/nonexistent.xml']),
    ].map(({ code }) => code);
    expect(codes).toEqual([102, 64, 64, 64, 66]);
  });

  test('status answers within 150 ms of processor time above that of Node itself', async () => {
    // Processor time and not the clock: other work on the machine must not decide.
    const best = async (command: string): Promise<number> => {
      const times: number[] = [];
      for (let round = 0; round < 6; round++) {
        const { out } = await run('/bin/sh', ['-c', `${command} >/dev/null; times`], server.socket);
        times.push(childrenMs(out));
      }
      return Math.min(...times);
    };
    const bare = await best(`${process.execPath} -e 0`);
    const status = await best(`${program('holdfast')} status`);
    console.log(`holdfast status: ${status.toFixed(0)} ms; node alone: ${bare.toFixed(0)} ms`);
    expect(status - bare).toBeLessThan(150);
  });
});

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findProcess, SupervisedProcess } from '../src/index.ts';

let folder = '';
let supervised: SupervisedProcess;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'supervised-'));
  supervised = new SupervisedProcess({ pidFile: join(folder, 'pid') });
});

afterEach(async () => {
  await supervised.stop({ signal: 'SIGKILL', graceMs: 0 });
  rmSync(folder, { recursive: true, force: true });
});

const start = (script: string) =>
  supervised.start({
    command: '/bin/sh',
    args: ['-c', script],
    env: process.env,
    logFile: join(folder, 'log'),
  });

const pidFrom = async (name: string) => {
  await expect
    .poll(() => existsSync(join(folder, name)) && readFileSync(join(folder, name), 'utf8'))
    .toMatch(/\d+/);
  return Number(readFileSync(join(folder, name), 'utf8'));
};

test('a program goes on in the background, logs to its file, and is ended with all it started', async () => {
  expect(supervised.find()).toBeUndefined();
  await start(
    `echo hello; setsid sh -c "trap '' TERM; echo \\$\\$ > ${folder}/child; while :; do sleep 0.1; done" & sleep 60`,
  );
  expect(supervised.find()).toBeDefined();
  const child = await pidFrom('child');
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('hello\n');
  await supervised.stop({ graceMs: 200 });
  expect(supervised.find()).toBeUndefined();
  expect(findProcess(child)).toBeUndefined();
  expect(existsSync(join(folder, 'pid'))).toBe(false);
});

test('a program is found again by its mark when the pid file was lost', async () => {
  await start('sleep 60; true');
  const before = supervised.find();
  rmSync(join(folder, 'pid'));
  expect(supervised.find()?.pid).toBe(before?.pid);
  expect(existsSync(join(folder, 'pid'))).toBe(true);
});

test('another process that got the pid meanwhile is not mistaken for the program, nor ended', async () => {
  writeFileSync(join(folder, 'pid'), `${process.ppid}\nanother time\n`);
  expect(supervised.find()).toBeUndefined();
  await supervised.stop({ graceMs: 100 });
  expect(findProcess(process.ppid)).toBeDefined();
});

test('a pid file of an earlier boot says nothing, even where its ids are in use again', async () => {
  const [ticks] = findProcess(process.ppid)!.startedAt.split(' ');
  writeFileSync(join(folder, 'pid'), `${process.ppid}\n${ticks} 00000000-0000-0000-0000-000000000000\n`);
  expect(supervised.find()).toBeUndefined();
  expect(supervised.strays()).toEqual([]);
});

test('what the program left behind is found and ended when it has ended itself', async () => {
  await start(`setsid sleep 60 & echo $! > ${folder}/child; exit 0`);
  const child = await pidFrom('child');
  await expect.poll(() => supervised.strays()).toEqual([child]);
  await supervised.stop({ graceMs: 200 });
  expect(findProcess(child)).toBeUndefined();
});

test('a program that cannot be run is an error', async () => {
  const command = { command: '/no/such/program', args: [], env: {}, logFile: join(folder, 'log') };
  await expect(supervised.start(command)).rejects.toThrow('/no/such/program cannot be run');
});

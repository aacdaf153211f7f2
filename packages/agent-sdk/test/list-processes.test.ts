import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findByEnvironment, findProcess, listProcesses } from '../src/index.ts';
import { listByPs } from '../src/process/list-processes.ts';

test('a process is found with its ids and by its environment, and not when it has ended', async () => {
  const value = `test-${process.pid}`;
  const child = spawn('sleep', ['30'], {
    detached: true,
    env: { ...process.env, HOLDFAST_TEST_MARK: value },
  });
  const pid = child.pid!;
  expect(findProcess(pid)).toMatchObject({ pid, parentPid: process.pid, groupId: pid, sessionId: pid });
  expect(listProcesses().map((each) => each.pid)).toContain(pid);
  expect(findByEnvironment('HOLDFAST_TEST_MARK', value)).toEqual([pid]);
  expect(findByEnvironment('TEST_MARK', value)).toEqual([]);
  expect(findByEnvironment('HOLDFAST_TEST_MARK', 'test')).toEqual([]);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
  expect(findProcess(pid)).toBeUndefined();
  expect(findByEnvironment('HOLDFAST_TEST_MARK', value)).toEqual([]);
});

test.skipIf(!existsSync('/bin/ps'))('ps tells the same where there is no /proc', async () => {
  const child = spawn('sleep', ['30'], { detached: true });
  const pid = child.pid!;
  const [found] = listByPs(pid);
  expect(found).toMatchObject({ pid, parentPid: process.pid, groupId: pid, sessionId: pid });
  expect(found?.startedAt).toMatch(/\d{2}:\d{2}:\d{2} \d{4}$/);
  expect(listByPs().map((each) => each.pid)).toEqual(expect.arrayContaining([pid, process.pid]));
  child.kill('SIGKILL');
});

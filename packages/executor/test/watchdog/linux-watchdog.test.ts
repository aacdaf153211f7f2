import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogRecord } from '@holdfast/ports';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LinuxWatchdog, NoWatchdog } from '../../src/index.ts';

let folder = '';
let log: LogRecord[] = [];

beforeEach(() => {
  log = [];
  folder = mkdtempSync(join(tmpdir(), 'watchdog-'));
  mkdirSync(join(folder, 'sys', 'watchdog0'), { recursive: true });
  writeFileSync(join(folder, 'sys', 'watchdog0', 'timeout'), '60\n');
  writeFileSync(join(folder, 'watchdog'), '');
  // As wdctl does: sets the timeout that the kernel then shows, here with a device that knows even numbers only.
  const script = `#!/bin/sh\necho $(( ($2 + 1) / 2 * 2 )) > ${folder}/sys/watchdog0/timeout\n`;
  writeFileSync(join(folder, 'wdctl'), script, { mode: 0o755 });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const watchdog = (more: { device?: string; sysFolder?: string } = {}) =>
  new LinuxWatchdog({
    logger: { log: (record) => void log.push(record) },
    device: join(folder, 'watchdog'),
    sysFolder: join(folder, 'sys'),
    wdctl: join(folder, 'wdctl'),
    ...more,
  });

test('arming tells the timeout in force, petting writes, disarming closes with the magic letter', async () => {
  const device = watchdog();
  expect(await device.arm(4500)).toBe(6000);
  device.pet();
  device.pet();
  await device.disarm();
  device.pet();
  expect(readFileSync(join(folder, 'watchdog'), 'latin1')).toBe('\0\0\0V');
});

test('a host without the device, or with one of unknown timeout, is not armed', async () => {
  expect(await watchdog({ device: join(folder, 'none', 'watchdog') }).arm(5000)).toBeUndefined();
  expect(await watchdog({ sysFolder: join(folder, 'nothing') }).arm(5000)).toBeUndefined();
  expect(readFileSync(join(folder, 'watchdog'), 'latin1')).toBe('V');
  expect(log.filter((record) => record.event === 'watchdog-unavailable')).toHaveLength(2);
});

test('no watchdog is never armed', async () => {
  const none = new NoWatchdog();
  expect(await none.arm()).toBeUndefined();
  none.pet();
  await none.disarm();
});

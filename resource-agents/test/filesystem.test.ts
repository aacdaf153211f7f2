import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listMounts } from '../filesystem/mounts.ts';
import { BuiltAgents, isMissing, isRoot, sh } from './built-agents.ts';

test('mounts are read with escaped characters', () => {
  const line = '36 35 98:0 / /mnt/a\\040b rw,noatime shared:1 - ext4 /dev/sda1 ro,errors=continue\n';
  expect(listMounts(line)).toEqual([
    {
      directory: '/mnt/a b',
      fstype: 'ext4',
      source: '/dev/sda1',
      options: ['rw', 'noatime', 'ro', 'errors=continue'],
    },
  ]);
});

const needs = {
  root: isRoot,
  'loop devices': existsSync('/dev/loop-control'),
  'mkfs.ext4': existsSync('/sbin/mkfs.ext4'),
};
const agents = new BuiltAgents();

describe.skipIf(isMissing(needs, 'a mounted filesystem'))('a filesystem', () => {
  const directory = join(agents.folder, 'mount point');
  let image = '';
  let parameters = { device: '', directory, fstype: 'ext4' };
  let images = 0;

  beforeAll(async () => {
    await agents.start();
  });

  // A new image each time: a namespace that another test made meanwhile may still hold the last one's loop device.
  beforeEach(() => {
    sh(`umount "${directory}" 2>/dev/null || true`);
    image = join(agents.folder, `image file ${++images}`);
    parameters = { device: image, directory, fstype: 'ext4' };
    sh(`truncate -s 16M "${image}" && mkfs.ext4 -q "${image}"`);
  });

  afterAll(async () => {
    sh(`umount "${directory}" 2>/dev/null || true`);
    await agents.stop();
  });

  test('is mounted from an image, kept over restarts, and its users are ended at the stop', async () => {
    await agents.lifeCycle('filesystem', parameters, () => {
      writeFileSync(join(directory, 'data'), 'kept');
      sh(`cd "${directory}" && (trap "" TERM; sleep 60 >/dev/null 2>&1 &)`);
    });
    expect(listMounts().map((mount) => mount.directory)).not.toContain(directory);
    expect(sh('losetup -a')).not.toContain(image);
    await agents.expectCode('filesystem', 'start', parameters, 0);
    expect(sh(`cat "${directory}/data"`)).toBe('kept');
    await agents.expectCode('filesystem', 'stop', parameters, 0);
  }, 60_000);

  test('that is busy fails its stop when its users must not be ended', async () => {
    const gentle = { ...parameters, force_unmount: 'no' };
    await agents.expectCode('filesystem', 'start', gentle, 0);
    const pid = sh(`cd "${directory}" && { sleep 60 >/dev/null 2>&1 & echo $!; }`).trim();
    const result = await agents.run('filesystem', 'stop', gentle, { timeoutMs: 5000 });
    expect(result.rcCode).toBe(1);
    await agents.expectCode('filesystem', 'monitor', gentle, 0);
    sh(`kill ${pid}`);
    await agents.expectCode('filesystem', 'stop', gentle, 0);
  });

  test('that became read-only has failed', async () => {
    await agents.expectCode('filesystem', 'start', parameters, 0);
    sh(`mount -o remount,ro "${directory}"`);
    const result = await agents.expectCode('filesystem', 'monitor', parameters, 1);
    expect(result.exitReason).toContain('has become read-only');
    await agents.expectCode('filesystem', 'stop', parameters, 0);
  });

  test('is written to by a thorough monitor', async () => {
    await agents.expectCode('filesystem', 'start', parameters, 0);
    await agents.expectCode('filesystem', 'monitor', { ...parameters, OCF_CHECK_LEVEL: '20' }, 0);
    expect(existsSync(join(directory, '.holdfast-status'))).toBe(true);
    await agents.expectCode('filesystem', 'stop', parameters, 0);
  });

  test('of another device on the same directory is not ours, and is not unmounted', async () => {
    sh(`mount -t tmpfs other "${directory}"`);
    await agents.expectCode('filesystem', 'monitor', parameters, 7);
    await agents.expectCode('filesystem', 'stop', parameters, 0);
    expect(listMounts().find((mount) => mount.directory === directory)?.source).toBe('other');
    sh(`umount "${directory}"`);
  });

  test('whose device is gone while it is mounted has failed, and can be stopped', async () => {
    await agents.expectCode('filesystem', 'start', parameters, 0);
    sh(`mv "${image}" "${image}.gone"`);
    const result = await agents.expectCode('filesystem', 'monitor', parameters, 1);
    expect(result.exitReason).toContain('is gone');
    await agents.expectCode('filesystem', 'stop', parameters, 0);
    expect(listMounts().map((mount) => mount.directory)).not.toContain(directory);
    await agents.expectCode('filesystem', 'monitor', parameters, 7);
  });

  test('that another one covers has failed', async () => {
    await agents.expectCode('filesystem', 'start', parameters, 0);
    sh(`mount -t tmpfs other "${directory}"`);
    const result = await agents.expectCode('filesystem', 'monitor', parameters, 1);
    expect(result.exitReason).toContain('other is mounted over');
    await agents.expectCode('filesystem', 'stop', parameters, 0);
    expect(listMounts().map((mount) => mount.directory)).not.toContain(directory);
  });

  test('may be a directory that is mounted a second time', async () => {
    const bound = { ...parameters, device: agents.folder, fstype: 'none', options: 'bind' };
    await agents.expectCode('filesystem', 'start', bound, 0);
    await agents.expectCode('filesystem', 'monitor', bound, 0);
    await agents.expectCode('filesystem', 'stop', bound, 0);
    await agents.expectCode('filesystem', 'monitor', bound, 7);
  });

  test('that does not exist on this host says so', async () => {
    const result = await agents.run('filesystem', 'start', { ...parameters, device: '/dev/no-such-disk' });
    expect(result.rcCode).toBe(2);
    expect(result.exitReason).toContain('does not exist');
    await agents.expectCode('filesystem', 'validate-all', { ...parameters, directory: 'relative' }, 6);
  });
});

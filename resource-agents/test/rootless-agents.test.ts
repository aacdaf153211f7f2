import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { executeAction } from '@holdfast/agent-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dataDirectory } from '../data-directory/data-directory.ts';
import { BuiltAgents } from './built-agents.ts';

const agents = new BuiltAgents({ HOLDFAST_NODE: 'n1' });
beforeAll(() => agents.start());
afterAll(() => agents.stop());

describe('a data directory', () => {
  const directory = join(agents.folder, 'shared');
  const act = (node: string, action: string) =>
    executeAction(dataDirectory, {
      action,
      environment: {
        OCF_RESOURCE_INSTANCE: 'data',
        OCF_RESKEY_directory: directory,
        HOLDFAST_NODE: node,
        HA_RSCTMP: join(agents.folder, node),
      },
      log: () => {},
    });

  test('is made, held and let go', async () => {
    await agents.lifeCycle('data-directory', { directory }, () => {
      expect(readFileSync(join(directory, '.holdfast-claim'), 'utf8')).toMatch(/^test on n1 since /);
    });
  });

  test('that another node has taken over is not held any more, and its stop leaves the other one alone', async () => {
    expect(await act('n1', 'start')).toEqual({ code: 0 });
    expect(await act('n2', 'start')).toEqual({ code: 0 });
    expect(await act('n1', 'monitor')).toEqual({ code: 7 });
    expect(await act('n1', 'stop')).toEqual({ code: 0 });
    expect(await act('n2', 'monitor')).toEqual({ code: 0 });
    // A boot loses the run folder.
    renameSync(join(agents.folder, 'n2'), join(agents.folder, 'lost'));
    expect(await act('n2', 'monitor')).toEqual({ code: 7 });
    renameSync(join(agents.folder, 'lost'), join(agents.folder, 'n2'));
    expect(await act('n2', 'stop')).toEqual({ code: 0 });
  });

  test('that cannot be made says why', async () => {
    writeFileSync(join(agents.folder, 'file'), '');
    const result = await agents.expectCode(
      'data-directory',
      'start',
      { directory: join(agents.folder, 'file/x') },
      1,
    );
    expect(result.exitReason).toContain('ENOTDIR');
    await agents.expectCode('data-directory', 'validate-all', { directory: 'relative' }, 6);
    await agents.expectCode('data-directory', 'validate-all', { directory, mode: '999' }, 6);
    rmSync(join(agents.folder, 'file'));
  });
});

describe('an endpoint', () => {
  const port = 30_000 + (process.pid % 10_000);
  const socket = join(agents.folder, 'web.sock');
  const parameters = { listen: `127.0.0.1:${port}`, target: socket };
  let service: Server;

  beforeAll(async () => {
    mkdirSync(agents.folder, { recursive: true });
    service = createServer((client) => client.resume().end('HTTP/1.0 200 OK\r\n\r\nserved'));
    await new Promise<void>((resolve) => service.listen(socket, resolve));
  });
  afterAll(() => new Promise<void>((resolve) => service.close(() => resolve())));

  const get = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();

  test('passes connections on while it runs', async () => {
    await agents.lifeCycle('endpoint', parameters, async () => {
      expect(await get()).toBe('served');
    });
    await expect(get()).rejects.toThrow();
  });

  test('whose address is taken fails its start, and does not take the other for itself', async () => {
    await agents.expectCode('endpoint', 'start', parameters, 0);
    const second = await agents.run('endpoint', 'start', parameters, { resource: 'second' });
    expect(second.rcCode).toBe(1);
    expect(second.exitReason).toContain('cannot be listened on');
    expect((await agents.run('endpoint', 'monitor', parameters, { resource: 'second' })).rcCode).toBe(7);
    expect(await get()).toBe('served');
    await agents.expectCode('endpoint', 'stop', parameters, 0);
  });

  test('says what is wrong with its parameters', async () => {
    await agents.expectCode('endpoint', 'validate-all', { ...parameters, listen: 'x' }, 6);
    await agents.expectCode('endpoint', 'validate-all', { ...parameters, target: 'relative.sock' }, 6);
  });
});

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkHttp, checkTcp, parseEndpoint } from '../service/readiness.ts';
import { BuiltAgents, isMissing, isRoot, sh } from './built-agents.ts';

const agents = new BuiltAgents({ HOLDFAST_DEV_NODE: 'x/n1' });
const PORT = 20_000 + (process.pid % 10_000);
const SERVER = join(agents.folder, 'server.mjs');
const http = {
  command: `exec ${process.execPath} ${SERVER}`,
  environment: `PORT=${PORT} DELAY=300`,
  ready_http: `http://127.0.0.1:${PORT}/health`,
};

beforeAll(async () => {
  await agents.start();
  writeFileSync(
    SERVER,
    `import { createServer } from 'node:http';
let healthy = true;
console.log(JSON.stringify(Object.keys(process.env)));
const server = createServer((request, response) => {
  if (request.url === '/break') healthy = false;
  response.writeHead(healthy ? 200 : 503).end(process.env.HOLDFAST_NODE + ' ' + process.env.HOLDFAST_RESOURCE);
});
setTimeout(() => server.listen(Number(process.env.PORT), '127.0.0.1'), Number(process.env.DELAY));`,
  );
});
afterAll(() => agents.stop());

const get = async (path: string) => (await fetch(`http://127.0.0.1:${PORT}${path}`)).text();

describe('a service', () => {
  test('is started, serves when the start ends, and is stopped', async () => {
    const parameters = { ...http, CRM_meta_on_node: 'n1' };
    await agents.lifeCycle('service', parameters, async () => {
      expect(await get('/')).toBe('n1 test');
    });
    await expect(get('/')).rejects.toThrow();
    const names = JSON.parse(
      readFileSync(join(agents.folder, 'run/service-test.log'), 'utf8').split('\n')[0]!,
    ) as string[];
    expect(names).toContain('HOLDFAST_DEV_NODE');
    expect(names.filter((name) => /^(OCF|HA|PCMK)_/.test(name))).toEqual([]);
  });

  test('that does not serve any more has failed, though its process lives', async () => {
    await agents.expectCode('service', 'start', http, 0);
    await get('/break');
    const result = await agents.expectCode('service', 'monitor', http, 1);
    expect(result.exitReason).toContain('answers with status 503');
    await agents.expectCode('service', 'stop', http, 0);
  });

  test('whose process was killed is stopped', async () => {
    const parameters = { command: 'exec sleep 60' };
    await agents.expectCode('service', 'start', parameters, 0);
    const pid = Number(readFileSync(join(agents.folder, 'run/service-test.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, 'SIGKILL');
    await expect.poll(async () => (await agents.run('service', 'monitor', parameters)).rcCode).toBe(7);
  });

  test('whose process ended but left others is failed, and its stop ends those', async () => {
    const parameters = { command: 'setsid sleep 60 & sleep 0.2' };
    await agents.expectCode('service', 'start', parameters, 0);
    await expect
      .poll(async () => (await agents.run('service', 'monitor', parameters)).exitReason)
      .toContain('lives on');
    await agents.expectCode('service', 'stop', parameters, 0);
    await agents.expectCode('service', 'monitor', parameters, 7);
  });

  test('that ignores the signal is killed in time', async () => {
    const parameters = { command: "trap '' TERM; while :; do sleep 0.1; done", stop_timeout: '500ms' };
    await agents.expectCode('service', 'start', parameters, 0);
    const result = await agents.expectCode('service', 'stop', parameters, 0);
    expect(result.execTimeMs).toBeGreaterThan(450);
    expect(result.execTimeMs).toBeLessThan(4000);
    await agents.expectCode('service', 'monitor', parameters, 7);
  });

  test('that ends at once or cannot be run fails its start', async () => {
    const result = await agents.expectCode(
      'service',
      'start',
      { command: 'exit 3', ready_tcp: '127.0.0.1:1' },
      1,
    );
    expect(result.exitReason).toContain('ended at once');
    await agents.expectCode('service', 'start', { command: 'true', directory: '/no/such/folder' }, 2);
  });

  test('that never serves times out, and its process goes with the start', async () => {
    const parameters = { command: 'exec sleep 61', ready_command: 'false' };
    const result = await agents.run('service', 'start', parameters, { timeoutMs: 6000 });
    expect(result).toMatchObject({ rcCode: 1 });
    expect(result.exitReason).toContain('does not serve in time');
    await agents.expectCode('service', 'stop', parameters, 0);
    await agents.expectCode('service', 'monitor', parameters, 7);
  });

  test('says what is wrong with its parameters', async () => {
    const base = { command: 'true' };
    await agents.expectCode('service', 'validate-all', { ...base, ready_tcp: 'nowhere' }, 6);
    await agents.expectCode('service', 'validate-all', { ...base, ready_http: 'https://x/' }, 6);
    await agents.expectCode('service', 'validate-all', { ...base, environment: 'A=1 B' }, 6);
    await agents.expectCode('service', 'validate-all', { ...base, stop_signal: 'STOP' }, 6);
    await agents.expectCode('service', 'start', { ...base, user: 'no-such-user' }, 2);
  });

  test.skipIf(isMissing({ root: isRoot }, 'another user'))(
    'runs as another user, and under one without root',
    async () => {
      const parameters = { command: 'exec sleep 60', user: 'nobody' };
      await agents.expectCode('service', 'start', parameters, 0);
      const pid = readFileSync(join(agents.folder, 'run/service-test.pid'), 'utf8').split('\n')[0];
      expect(sh(`stat -c %U /proc/${pid}`).trim()).toBe('nobody');
      await agents.expectCode('service', 'stop', parameters, 0);

      sh(`install -d -o nobody ${agents.folder}/nobody`);
      const launcher = join(agents.folder, 'dist/ocf/holdfast/service');
      const rootless = (action: string) =>
        spawnSync('setpriv', ['--reuid=nobody', '--regid=nogroup', '--clear-groups', launcher, action], {
          env: {
            PATH: process.env.PATH,
            HOLDFAST_NODE_BINARY: process.execPath,
            HA_RSCTMP: `${agents.folder}/nobody`,
            OCF_RESOURCE_INSTANCE: 'r',
            OCF_RESKEY_command: 'exec sleep 60',
          },
          encoding: 'utf8',
        });
      expect(rootless('monitor').status).toBe(7);
      expect(rootless('start')).toMatchObject({ status: 0, stderr: '' });
      expect(rootless('monitor').status).toBe(0);
      expect(rootless('stop').status).toBe(0);
      expect(rootless('monitor').status).toBe(7);
    },
  );
});

describe('readiness', () => {
  test('endpoints are read', () => {
    expect(parseEndpoint('127.0.0.1:80')).toEqual({ host: '127.0.0.1', port: 80 });
    expect(parseEndpoint('[::1]:80')).toEqual({ host: '::1', port: 80 });
    expect(parseEndpoint(':80')).toEqual({ host: '127.0.0.1', port: 80 });
    expect(parseEndpoint('80')).toEqual({ host: '127.0.0.1', port: 80 });
    for (const bad of ['', 'host', 'host:', 'host:0', 'host:70000'])
      expect(parseEndpoint(bad)).toBeUndefined();
  });

  test('of a server that accepts and says nothing, or nonsense, is a problem within the time', async () => {
    let answer = '';
    const server = createServer((socket) =>
      socket
        .on('error', () => {})
        .resume()
        .write(answer),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = (server.address() as { port: number }).port;
    const url = new URL(`http://127.0.0.1:${port}/`);
    expect(await checkTcp({ host: '127.0.0.1', port }, 1000)).toBeUndefined();
    answer = ' ';
    expect(await checkHttp(url, 200)).toContain('does not answer within 200 ms');
    answer = 'x'.repeat(1000);
    expect(await checkHttp(url, 1000)).toContain('does not answer in HTTP');
    answer = 'HTTP/1.1 302 Found\r\n\r\n';
    expect(await checkHttp(url, 1000)).toBeUndefined();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    expect(await checkHttp(url, 1000)).toContain('ECONNREFUSED');
    expect(existsSync(SERVER)).toBe(true);
  });
});

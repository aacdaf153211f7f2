import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  applyChange,
  ConfigurationReading,
  EMPTY_REVISIONED_CONFIGURATION,
  type RevisionedConfiguration,
  revisionedConfigurationToJson,
} from '@holdfast/model';
import type { ApiResponse, StatusReport } from '@holdfast/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ControlClient } from '../../client/src/index.ts';
import { API_REQUESTS } from '../src/control/api-requests.ts';
import { BODY_LIMIT_BYTES } from '../src/control/body-reader.ts';
import { ControlServer } from '../src/control/control-server.ts';
import { RequestFields } from '../src/control/request-fields.ts';
import { WatchStreams } from '../src/control/watch-streams.ts';

let directory: string;
let socketPath: string;
let server: ControlServer;
let watch: WatchStreams;
let status: StatusReport;
const silent = { log: () => undefined };
const ok = async (value: unknown): Promise<ApiResponse> => ({ ok: true, value });

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-control-'));
  socketPath = join(directory, 's');
  status = { term: 1, nodes: [] } as unknown as StatusReport;
  watch = new WatchStreams({ status: () => ok(status), wallMs: () => 5, intervalMs: 10 });
  const handlers = Object.fromEntries(
    Object.entries(API_REQUESTS).map(([route, read]) => [
      route,
      (body: unknown) => Promise.resolve().then(() => ok(read(new RequestFields(body)))),
    ]),
  );
  server = new ControlServer({ socketPath, handlers, watch, logger: silent, answerTimeoutMs: 200 });
  await server.start();
});

afterEach(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('control server', () => {
  test('opens a socket that only its user and group may use', () => {
    expect(statSync(socketPath).mode & 0o777).toBe(0o660);
  });

  test('replaces the socket a killed daemon left behind', async () => {
    await server.stop();
    writeFileSync(socketPath, '');
    server = new ControlServer({ socketPath, handlers: {}, watch, logger: silent });
    await server.start();
    await expect(new ControlClient({ socketPath }).status()).rejects.toThrow(/there is no GET/);
  });

  test('reads requests into the vocabulary of the node', async () => {
    const client = new ControlClient({ socketPath, origin: 'me' });
    expect(await client.fence({ node: 'n2', action: 'off' })).toEqual({
      kind: 'fence',
      node: 'n2',
      action: 'off',
      origin: 'me',
    });
    expect(await client.explain({ resource: 'web' })).toEqual({ kind: 'explain', resource: 'web' });
    expect(await client.cleanup()).toEqual({ kind: 'cleanup', origin: 'me' });
    const operations = Array.from({ length: 3 }, () => 'x'.repeat(100_000));
    expect(await client.change({ change: { operations } })).toMatchObject({
      kind: 'changeStaged',
      parts: 3,
      dryRun: false,
      origin: 'me',
    });
  });

  test('writes a large configuration in pieces, also to a client that reads slowly or leaves', async () => {
    const operations = Array.from({ length: 5000 }, (_, at) => {
      const pairs = [{ id: `o${at}-x`, name: 'cluster-name', value: 'x'.repeat(400) }];
      return {
        kind: 'put' as const,
        entity: { kind: 'options' as const, value: { id: `o${at}`, rules: [], pairs } },
      };
    });
    const state = applyChange(EMPTY_REVISIONED_CONFIGURATION, { operations }) as RevisionedConfiguration;
    await server.stop();
    const handlers = { 'GET /v1/configuration': () => ok(new ConfigurationReading(state)) };
    const errors: unknown[] = [];
    server = new ControlServer({ socketPath, handlers, watch, logger: { log: (each) => errors.push(each) } });
    await server.start();
    const client = new ControlClient({ socketPath });
    for (let round = 0; round < 3; round++) {
      const socket = connect(socketPath);
      socket.write('GET /v1/configuration HTTP/1.1\r\nhost: x\r\n\r\n');
      await new Promise((resolve) => socket.once('data', resolve));
      socket.pause();
      expect(await client.configuration()).toEqual(
        JSON.parse(JSON.stringify(revisionedConfigurationToJson(state))),
      );
      socket.destroy();
    }
    expect(errors).toEqual([]);
  });

  test('refuses a body of the wrong shape and says what is wrong', async () => {
    const wrong = { node: 'n2', action: 'explode' as 'off' };
    await expect(new ControlClient({ socketPath }).fence(wrong)).rejects.toThrow(
      /"action" must be one of off/,
    );
  });

  test('refuses a body above the limit with a catalogue error, announced or not', async () => {
    const change = 'x'.repeat(BODY_LIMIT_BYTES + 1);
    const failure = new ControlClient({ socketPath }).change({ change });
    await expect(failure).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE' });
    const piece = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
    const answer = await raw(
      'POST /v1/configuration HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n',
      piece.repeat(130),
    );
    expect(answer).toContain('REQUEST_TOO_LARGE');
  });

  test('answers nonsense with 400 and goes on', async () => {
    expect(await raw('\x00\x01nonsense\r\n\r\n', '')).toContain('400');
    expect(await raw('POST /v1/fence HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\n', '{"a')).toContain(
      'not JSON',
    );
    await expect(new ControlClient({ socketPath }).status()).resolves.toEqual({ kind: 'status' });
  });

  test('answers with TIMEOUT when the cluster does not answer', async () => {
    await server.stop();
    const handlers = { 'GET /v1/status': () => new Promise<ApiResponse>(() => undefined) };
    server = new ControlServer({ socketPath, handlers, watch, logger: silent, answerTimeoutMs: 30 });
    await server.start();
    await expect(new ControlClient({ socketPath }).status()).rejects.toMatchObject({ code: 'TIMEOUT' });
  });
});

describe('watch', () => {
  test('sends the status at once, then only when it changed, and events between', async () => {
    const controller = new AbortController();
    const seen: unknown[] = [];
    const watching = (async () => {
      for await (const item of new ControlClient({ socketPath }).watch({ signal: controller.signal })) {
        seen.push(item.kind === 'status' ? item.status.term : item.event.event);
      }
    })();
    await until(() => seen.length === 1);
    watch.activity();
    await pause(40);
    status = { ...status, term: 2 };
    watch.activity();
    watch.activity();
    await until(() => seen.length === 2);
    watch.event({ level: 'debug', event: 'detail', message: '', fields: {} });
    watch.event({ level: 'warn', event: 'member-lost', message: '', fields: {} });
    await until(() => seen.length === 3);
    controller.abort();
    await watching;
    expect(seen).toEqual([1, 2, 'member-lost']);
  });
});

function raw(head: string, body: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(socketPath, () => socket.write(head + body));
    socket.on('data', (data) => {
      answer += data;
      if (answer.includes('\r\n\r\n')) setTimeout(() => socket.destroy(), 20);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !condition(); tries += 1) await pause(5);
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ControlClient } from '../src/index.ts';

let directory: string;
let server: Server | undefined;
let socketPath: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-client-'));
  socketPath = join(directory, 's');
});

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  server = undefined;
  rmSync(directory, { recursive: true, force: true });
});

async function serve(listener: RequestListener): Promise<void> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(socketPath, resolve));
}

describe('a call', () => {
  test('without a daemon fails with NOT_CONNECTED and names the socket', async () => {
    const failure = new ControlClient({ socketPath }).status();
    await expect(failure).rejects.toMatchObject({ code: 'NOT_CONNECTED', details: { socket: socketPath } });
  });

  test('on the socket of a dead daemon says that the daemon has ended', async () => {
    await serve(() => undefined);
    const dead = join(directory, 'dead');
    const { execFileSync } = await import('node:child_process');
    execFileSync('python3', [
      '-c',
      `import socket; s=socket.socket(socket.AF_UNIX); s.bind(${JSON.stringify(dead)})`,
    ]);
    const failure = new ControlClient({ socketPath: dead }).status();
    await expect(failure).rejects.toThrow(/cannot reach the daemon/);
    await failure.catch((error) => expect(error.why).toMatch(/the daemon has ended/));
  });

  test('that gets no answer ends with TIMEOUT after the time given', async () => {
    await serve(() => undefined);
    const failure = new ControlClient({ socketPath }).status({ timeoutMs: 50 });
    await expect(failure).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  test('whose answer stops in the middle ends with TIMEOUT', async () => {
    await serve((_, response) => void response.write('{"ok":'));
    const failure = new ControlClient({ socketPath }).status({ timeoutMs: 50 });
    await expect(failure).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  test('rejects with the error of the cluster', async () => {
    await serve((_, response) => {
      response.end(JSON.stringify({ ok: false, error: { code: 'NO_QUORUM', message: '', details: {} } }));
    });
    await expect(new ControlClient({ socketPath }).status()).rejects.toMatchObject({
      code: 'NO_QUORUM',
      exitCode: 106,
    });
  });

  test('keeps the text of an error code it does not know', async () => {
    await serve((_, response) => {
      response.end(
        JSON.stringify({ ok: false, error: { code: 'LATER', message: 'moon is full', details: {} } }),
      );
    });
    await expect(new ControlClient({ socketPath }).status()).rejects.toThrow(/LATER: moon is full/);
  });

  test('sends the body, with the origin, to the path of the API', async () => {
    const seen: string[] = [];
    await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      seen.push(`${request.method} ${request.url} ${body}`);
      response.end('{"ok":true,"value":7}');
    });
    const client = new ControlClient({ socketPath, origin: 'alice' });
    expect(await client.change({ change: { puts: [] }, dryRun: true })).toBe(7);
    await client.explain({ resource: 'web' });
    expect(seen).toEqual([
      'POST /v1/configuration {"change":{"puts":[]},"dryRun":true,"origin":"alice"}',
      'GET /v1/explain?resource=web ',
    ]);
  });

  test('ends at once when its signal aborts', async () => {
    await serve(() => undefined);
    const controller = new AbortController();
    const failure = new ControlClient({ socketPath }).status({ signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 20);
    await expect(failure).rejects.toThrow('enough');
  });
});

describe('a watch', () => {
  test('yields each status and event, also when their bytes come in pieces', async () => {
    await serve((_, response) => {
      response.write('event: status\ndata: {"term":1}\n\nevent: ev');
      setTimeout(() => response.end('ent\ndata: {"event":"member-lost"}\n\n: keep-alive\n\n'), 20);
    });
    const items: unknown[] = [];
    const watching = (async () => {
      for await (const item of new ControlClient({ socketPath }).watch()) items.push(item);
    })();
    await expect(watching).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
    expect(items).toEqual([
      { kind: 'status', status: { term: 1 } },
      { kind: 'event', event: { event: 'member-lost' } },
    ]);
  });

  test('ends without an error when its signal aborts', async () => {
    await serve((_, response) => void response.write('event: status\ndata: {}\n\n'));
    const controller = new AbortController();
    let count = 0;
    for await (const _ of new ControlClient({ socketPath }).watch({ signal: controller.signal })) {
      count += 1;
      setTimeout(() => controller.abort(), 10);
    }
    expect(count).toBe(1);
  });
});

describe('a large change', () => {
  const operations = Array.from({ length: 1000 }, (_, at) => ({ kind: 'put', at, text: 'x'.repeat(1000) }));

  /** Takes parts; the answers to some requests are lost on the way. */
  async function takingParts(isLost: (request: number) => boolean) {
    const bodies: Record<string, unknown>[] = [];
    let requests = 0;
    await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        bodies.push({ url: request.url, ...JSON.parse(Buffer.concat(chunks).toString()) });
        const error = { code: 'NO_LEADER', message: '', why: '', action: '', details: {} };
        const answer = isLost(requests++) ? { ok: false, error } : { ok: true, value: 7 };
        response.end(JSON.stringify(answer));
      });
    });
    return bodies;
  }

  test('goes in parts, in order, and is committed by their number', async () => {
    const bodies = await takingParts(() => false);
    expect(await new ControlClient({ socketPath, origin: 'me' }).change({ change: { operations } })).toBe(7);
    const parts = bodies.slice(0, -1);
    expect(parts.length).toBeGreaterThan(7);
    expect(parts.map(({ url, part }) => `${url} ${part}`)).toEqual(
      parts.map((_, at) => `/v1/configuration/parts ${at}`),
    );
    expect(parts.flatMap(({ operations: some }) => some)).toEqual(operations);
    expect(new Set(bodies.map(({ staged }) => staged)).size).toBe(1);
    expect(bodies.at(-1)).toMatchObject({ url: '/v1/configuration', parts: parts.length, origin: 'me' });
  });

  test('goes on after a part was not taken, and gives up when none is', async () => {
    const bodies = await takingParts((request) => request === 2);
    await new ControlClient({ socketPath }).change({ change: { operations }, dryRun: true });
    expect(bodies.map(({ part }) => part).slice(0, 5)).toEqual([0, 1, 2, 2, 3]);
    expect(bodies.at(-1)).toMatchObject({ dryRun: true });
    server?.close();
    const never = await takingParts(() => true);
    const failure = new ControlClient({ socketPath }).change({ change: { operations } });
    await expect(failure).rejects.toMatchObject({ code: 'NO_LEADER' });
    expect(never.every(({ part }) => part === 0)).toBe(true);
  });

  test('a small one goes as it is, and what is no list of operations too', async () => {
    const bodies = await takingParts(() => false);
    const client = new ControlClient({ socketPath });
    for (const change of [
      { operations: operations.slice(0, 10) },
      { operations: 5 },
      null,
      'x'.repeat(200_000),
    ]) {
      await client.change({ change });
      expect(bodies.pop()).toMatchObject({ url: '/v1/configuration', change });
    }
    expect(bodies).toEqual([]);
  });
});

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldfastError } from '@holdfast/model';
import type { NodeInput, NodeInspection, NodeOptions, NodeOutput } from '@holdfast/node';
import type { ApiRequest, ApiResponse } from '@holdfast/protocol';
import { afterEach, describe, expect, test } from 'vitest';
import { ControlClient } from '../../client/src/index.ts';
import { parseLocalConfiguration } from '../src/configuration/local-configuration.ts';
import { errorResponse } from '../src/control/api-error.ts';
import { Daemon } from '../src/lifecycle/daemon.ts';
import { hostAdapters } from '../src/lifecycle/host-adapters.ts';
import { networkAdapters } from '../src/lifecycle/network-adapters.ts';
import type { NodeCore } from '../src/member/node-core.ts';

/** A core that only knows how members are let in: enough to try the daemon around it with a real disk and network. */
class DoorkeeperCore implements NodeCore {
  readonly #options: NodeOptions;
  #ticket: { peerId: string; expiresAtMs: number } | undefined;
  constructor(options: NodeOptions) {
    this.#options = options;
  }

  step(input: NodeInput): readonly NodeOutput[] {
    if (input.kind === 'shutdown') return [{ kind: 'exit', clean: true, reason: 'left' }];
    if (input.kind !== 'request') return [];
    const { request, requestId } = input;
    const peers: NodeOutput[] =
      request.kind === 'token'
        ? [
            {
              kind: 'peers',
              peers: [
                {
                  name: `joiner-${request.ticketPeerId}`,
                  peerId: request.ticketPeerId,
                  addresses: [],
                  role: 'joiner',
                },
              ],
            },
          ]
        : [];
    return [...peers, { kind: 'answer', requestId, response: this.#answer(request, input.wallMs) }];
  }

  nextDeadlineMs(): number | null {
    return null;
  }
  inspect(): NodeInspection {
    throw new Error('not asked for');
  }

  #answer(request: ApiRequest, wallMs: number): ApiResponse {
    const { clusterName, clusterUuid, name, peerId, addresses } = this.#options;
    const members = [{ name, peerId, addresses }];
    if (request.kind === 'token') {
      this.#ticket = { peerId: request.ticketPeerId, expiresAtMs: wallMs + request.validMs };
      return {
        ok: true,
        value: { clusterName, clusterUuid, members, expiresAtMs: this.#ticket.expiresAtMs },
      };
    }
    if (request.kind === 'join' && request.ticketPeerId === this.#ticket?.peerId) {
      const self = { name: request.name, peerId: request.peerId, addresses: request.addresses };
      return { ok: true, value: { clusterName, clusterUuid, members: [...members, self] } };
    }
    if (request.kind === 'join') {
      return errorResponse(
        new HoldfastError('TOKEN_INVALID', { problem: 'it was used before or never given out' }),
      );
    }
    return { ok: true, value: { term: 1, nodes: [] } };
  }
}

interface Running {
  readonly daemon: Daemon;
  readonly client: ControlClient;
  readonly directory: string;
  readonly ended: Promise<number>;
}

const running: Running[] = [];
let port = 21_000 + (process.pid % 10_000);

async function startDaemon(
  name: string,
  directory = mkdtempSync(join(tmpdir(), 'holdfast-daemon-')),
): Promise<Running> {
  const socket = join(directory, 's');
  const settings = { name, stateDir: join(directory, 'state'), socket, links: [`127.0.0.1:${port++}`] };
  let daemon: Daemon | undefined;
  const ended = new Promise<number>((resolve) => {
    daemon = new Daemon({
      configuration: parseLocalConfiguration(JSON.stringify(settings), 'test'),
      adapters: {
        ...networkAdapters([]),
        ...hostAdapters({ policyWorker: new URL('file:///none') }),
        createCore: (options) => new DoorkeeperCore(options),
      },
      logger: { log: () => undefined, flush: () => undefined },
      joinTimeoutMs: 1_500,
      onStopped: resolve,
      onFatal: (error) => {
        throw error;
      },
    });
  });
  await daemon!.start();
  const entry = {
    daemon: daemon!,
    client: new ControlClient({ socketPath: socket, origin: 'test' }),
    directory,
    ended,
  };
  running.push(entry);
  return entry;
}

async function stop({ daemon, ended }: Running): Promise<number> {
  daemon.shutdown();
  return ended;
}

afterEach(async () => {
  for (const entry of running.splice(0)) {
    await stop(entry);
    rmSync(entry.directory, { recursive: true, force: true });
  }
});

describe('a daemon without membership', () => {
  test('answers who it is and refuses everything that needs a cluster', async () => {
    const { client, directory } = await startDaemon('alpha');
    expect(await client.daemon()).toMatchObject({ name: 'alpha', state: 'waiting', clusterName: null });
    await expect(client.status()).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    expect(readFileSync(join(directory, 'holdfastd.pid'), 'utf8')).toBe(`${process.pid}\n`);
  });

  test('becomes the first member once, and is it again after a restart', async () => {
    const first = await startDaemon('alpha');
    const made = await first.client.init({ clusterName: 'shop' });
    expect(made).toMatchObject({ state: 'member', clusterName: 'shop' });
    await expect(first.client.init({ clusterName: 'other' })).rejects.toMatchObject({
      code: 'ALREADY_A_MEMBER',
    });
    expect(statSync(join(first.directory, 'state', 'identity.key')).mode & 0o777).toBe(0o600);
    expect(await stop(first)).toBe(0);
    running.length = 0;
    const again = await startDaemon('alpha', first.directory);
    expect(await again.client.daemon()).toMatchObject({
      state: 'member',
      clusterUuid: made.clusterUuid,
      peerId: made.peerId,
    });
  });
});

describe('joining', () => {
  test('with a pasted token makes a member with its own permanent identity', async () => {
    const first = await startDaemon('alpha');
    await first.client.init({ clusterName: 'shop' });
    const { token } = await first.client.token({ name: 'beta' });
    const second = await startDaemon('beta');
    const joined = await second.client.join(token);
    const founder = await first.client.daemon();
    expect(joined).toMatchObject({ state: 'member', clusterName: 'shop', clusterUuid: founder.clusterUuid });
    expect(joined.peerId).not.toBe(founder.peerId);
  });

  test('with a token the cluster no longer knows fails and leaves the machine without membership', async () => {
    const first = await startDaemon('alpha');
    await first.client.init({ clusterName: 'shop' });
    const { token } = await first.client.token();
    await first.client.token();
    const second = await startDaemon('beta');
    await expect(second.client.join('hf1.nonsense')).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    const failure = second.client.join(token);
    await expect(failure).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    expect(await second.client.daemon()).toMatchObject({ state: 'waiting' });
  });
});

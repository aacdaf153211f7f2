import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentsReport, AgentsRequest, ResourceReport, StatusReport } from '@holdfast/client';
import {
  applyChange,
  changeFromJson,
  EMPTY_REVISIONED_CONFIGURATION,
  findInBlocks,
  HoldfastError,
  type Resource,
  type RevisionedConfiguration,
  revisionedConfigurationToJson,
} from '@holdfast/model';

/**
 * A control API over a Unix socket with a real configuration behind it, and a cluster that does at once what the
 * configuration asks: a resource runs where it is preferred, else on the first node that is not forbidden.
 */
export class ControlServer {
  readonly socket: string;
  /** Bodies of the requests other than changes, by path. */
  readonly requests: { readonly path: string; readonly body: unknown }[] = [];
  /** Called before a change is applied; lets a test play another operator. */
  beforeChange: (() => void) | undefined;
  state: RevisionedConfiguration = EMPTY_REVISIONED_CONFIGURATION;
  readonly #folder = mkdtempSync(join(tmpdir(), 'holdfast-cli-'));
  readonly #server = createServer((request, response) => void this.#handle(request, response));
  readonly #watchers = new Set<ServerResponse>();

  constructor() {
    this.socket = join(this.#folder, 'control.sock');
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.socket, resolve));
  }

  async close(): Promise<void> {
    for (const watcher of this.#watchers) watcher.end();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (path === '/v1/watch') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      this.#watchers.add(response);
      response.on('close', () => this.#watchers.delete(response));
      response.write(this.#event());
      return;
    }
    const body = await readJson(request);
    try {
      answer(response, { ok: true, value: this.#value(request.method ?? '', path, body) });
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      answer(response, { ok: false, error: error.toJSON() });
    }
  }

  #value(method: string, path: string, body: unknown): unknown {
    if (path === '/v1/status') return this.status();
    if (path === '/v1/configuration' && method === 'GET') return revisionedConfigurationToJson(this.state);
    if (path === '/v1/configuration') return this.#change(body as { change: unknown; dryRun?: boolean });
    if (path === '/v1/agents') return this.#agents(body as AgentsRequest);
    this.requests.push({ path, body });
    return {};
  }

  #agents({ agents }: AgentsRequest): AgentsReport {
    return { node: 'n1', missing: agents.filter((agent) => agent.endsWith('Missing')) };
  }

  #change(body: { change: unknown; dryRun?: boolean }): unknown {
    this.beforeChange?.();
    const next = applyChange(this.state, changeFromJson(body.change));
    if (next instanceof HoldfastError) throw next;
    if (!body.dryRun) this.state = next;
    for (const watcher of this.#watchers) watcher.write(this.#event());
    return { revision: next.counter };
  }

  #event(): string {
    return `event: status\ndata: ${JSON.stringify(this.status())}\n\n`;
  }

  status(): StatusReport {
    const node = { peerId: 'p', voter: true, witness: false, incarnation: 1, maintenance: false, links: [] };
    return {
      cluster: { name: 'test', uuid: 'u' },
      answeredBy: 'n1',
      leader: 'n1',
      term: 1,
      quorate: true,
      votes: { total: 2, present: 2, needed: 2 },
      appliedIndex: 1,
      ageMs: 0,
      nodes: ['n1', 'n2'].map((name) => ({ ...node, name, state: 'online', standby: false })),
      resources: this.state.configuration.resources.map((each) => this.#report(each)),
      fencing: { configured: false, unsafe: false, pending: [], history: [] },
      failures: [],
      transition: null,
      warnings: [],
    };
  }

  #report(resource: Resource): ResourceReport {
    const stopped = findInBlocks(resource.meta, 'target-role') === 'Stopped';
    const scores = this.state.configuration.constraints.filter(
      (each) => each.kind === 'location' && each.resource === resource.id,
    );
    const score = (node: string): number => {
      const found = scores.find((each) => each.kind === 'location' && each.node === node);
      return found?.kind === 'location' && found.score ? (found.score.startsWith('-') ? -1 : 1) : 0;
    };
    const best = ['n1', 'n2'].sort((a, b) => score(b) - score(a))[0] ?? 'n1';
    const runs = !stopped && score(best) >= 0;
    return {
      id: resource.id,
      parents: [],
      agent: 'ocf:heartbeat:Dummy',
      role: runs ? 'Started' : 'Stopped',
      nodes: runs ? [best] : [],
      managed: true,
      disabled: stopped,
      failed: false,
      blocked: false,
      reason: runs ? null : stopped ? 'it is asked to be stopped' : 'no node may run it',
    };
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

function answer(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

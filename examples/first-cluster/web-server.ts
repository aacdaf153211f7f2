// The example's service: a real HTTP server that keeps a journal in its data directory. Each run has a start id, so that
// whoever polls it from outside can tell one copy from another.
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { holdExclusiveLock } from './exclusive-lock.ts';

const [directory, address] = process.argv.slice(2);
if (!directory || !address) throw new Error('usage: web-server.ts DATA_DIRECTORY HOST:PORT');
const [host, port] = address.split(':');
const node = process.env.HOLDFAST_NODE ?? 'unknown';
const startId = randomUUID().slice(0, 8);
const startedAt = new Date();
let hits = 0;

function journal(event: string): void {
  const line = { at: Date.now(), event, node, startId, pid: process.pid };
  appendFileSync(join(directory as string, 'journal.jsonl'), `${JSON.stringify(line)}\n`);
}

const server = createServer((request, response) => {
  response.setHeader('connection', 'close');
  if (request.url === '/identity') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ node, startId }));
    return;
  }
  hits += 1;
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(`<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="1">
<title>${node}</title><style>body{font:18px system-ui;margin:4em auto;max-width:32em}b{font-size:3em}</style>
<p>You are served by<p><b>${node}</b><p>start ${startId} at ${startedAt.toISOString()}, ${hits} requests.
<p>Break something: <code>npx holdfast dev kill ${node}</code>, then watch this page.`);
});

holdExclusiveLock(directory, `${node} ${startId} pid ${process.pid}`);
server.listen({ host, port: Number(port) }, () => journal('start'));
process.on('SIGTERM', () => {
  journal('stop');
  process.exit(0);
});

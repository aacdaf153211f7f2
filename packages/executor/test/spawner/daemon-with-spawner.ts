/** A daemon for tests that stops or kills it: starts a service in its folder, then an agent that hangs. */
import { writeFileSync } from 'node:fs';
import { SpawnerClient } from '../../src/spawner/spawner-client.ts';

const folder = process.argv[2]!;
const timeoutMs = Number(process.argv[3] ?? 60_000);
const client = new SpawnerClient({
  baseEnvironment: { PATH: process.env.PATH ?? '/bin:/usr/bin' },
  logger: { log: () => {} },
  notesFolder: `${folder}/notes`,
});
client.start();
writeFileSync(`${folder}/spawner`, String(client.pid));
const run = { file: '/bin/sh', env: {}, timeoutMs, graceMs: 200, killWaitMs: 1000, maxOutputBytes: 1000 };
const service = `setsid sleep 60 >/dev/null 2>&1 & echo $! > ${folder}/service`;
client.run({ ...run, args: ['-c', service] }, () => {
  client.run({ ...run, args: ['-c', `echo $$ > ${folder}/agent; exec sleep 60`] }, () => {});
});

// Passes connections on: forwarder.mjs LISTEN_HOST LISTEN_PORT TARGET READY_FILE. TARGET is HOST:PORT or the path of a
// socket. The ready file gets the pid once the address is ours: that the port answers does not show who answers.
import { writeFileSync } from 'node:fs';
import { connect, createServer, type NetConnectOpts } from 'node:net';

const [host, port, target, readyFile] = process.argv.slice(2);
if (!host || !port || !target || !readyFile) throw new Error('usage: HOST PORT TARGET READY_FILE');
const at = target.lastIndexOf(':');
const to: NetConnectOpts = target.startsWith('/')
  ? { path: target }
  : { host: target.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(target.slice(at + 1)) };

const server = createServer({ allowHalfOpen: true }, (client) => {
  const service = connect({ ...to, allowHalfOpen: true });
  client.on('error', () => service.destroy());
  service.on('error', () => client.destroy());
  client.on('close', () => service.destroy());
  service.on('close', () => client.destroy());
  client.pipe(service);
  service.pipe(client);
});
server.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
server.listen({ host, port: Number(port), exclusive: true }, () =>
  writeFileSync(readyFile, String(process.pid)),
);
process.on('SIGTERM', () => process.exit(0));

// The example's endpoint: the fixed address under which clients find the service, wherever it runs. It passes every
// connection on to the HTTP server. In a real network this is a virtual IP address (ocf:holdfast:vip).
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

const [directory, address] = process.argv.slice(2);
if (!directory || !address) throw new Error('usage: endpoint.ts DATA_DIRECTORY HOST:PORT');
const at = address.lastIndexOf(':');

const server = createServer((client) => {
  const service = connect(join(directory, 'web.sock'));
  client.on('error', () => service.destroy());
  service.on('error', () => client.destroy());
  client.pipe(service);
  service.pipe(client);
});
server.listen({ host: address.slice(0, at), port: Number(address.slice(at + 1)) });
process.on('SIGTERM', () => process.exit(0));

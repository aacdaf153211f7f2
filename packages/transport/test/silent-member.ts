import { identityFromText, Libp2pTransport } from '../src/index.ts';

// A member in a process of its own, to be stopped with SIGSTOP: its kernel still takes connections, it reads nothing.
const [identityText, name, peerId, ...addresses] = process.argv.slice(2);
const transport = new Libp2pTransport({
  identity: identityFromText(identityText!),
  listen: ['127.0.0.1:0', '127.0.0.2:0'],
});
let received = 0;
await transport.start({
  onMessage: () => {
    received += 1;
  },
  onRequest: async () => Buffer.from(String(received)),
  onGossip: () => undefined,
  onLinkChange: () => undefined,
});
transport.setPeers([{ name: name!, peerId: peerId!, addresses, role: 'member' }]);
process.stdout.write(`${JSON.stringify(transport.listenAddresses())}\n`);

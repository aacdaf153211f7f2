import { createServer } from 'node:net';
import { HoldfastError } from '@holdfast/model';

/** True when nobody listens on the address. */
export function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A third octet N so that 127.0.N.1 to .9 are free on the port, for as many networks in a row as there are links. */
export async function freeSubnet(nodes: number, links: number, port: number): Promise<number> {
  for (let subnet = 10; subnet + links <= 250; subnet += links) {
    const checks: Promise<boolean>[] = [];
    for (let link = 0; link < links; link += 1) {
      for (let node = 1; node <= nodes; node += 1)
        checks.push(isFree(`127.0.${subnet + link}.${node}`, port));
    }
    if ((await Promise.all(checks)).every(Boolean)) return subnet;
  }
  throw new HoldfastError('NOT_CONNECTED', {
    socket: `127.0.*:${port}`,
    problem: 'no loopback addresses are free',
  });
}

/** The first free port of 127.0.0.1 from the wanted one on. */
export async function freePort(wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + 100; port += 1) if (await isFree('127.0.0.1', port)) return port;
  throw new HoldfastError('NOT_CONNECTED', { socket: `127.0.0.1:${wanted}`, problem: 'no port is free' });
}

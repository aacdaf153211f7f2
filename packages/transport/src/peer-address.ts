import { isIP } from 'node:net';
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr';

/** A `host:port` in parts; an IPv6 host is written in brackets. @throws Error when it is not of that form */
export function parseHostPort(text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (!host || port > 65535) throw new Error(`${JSON.stringify(text)} is not of the form host:port`);
  return { host, port };
}

/** The multiaddr to listen on, or with a PeerId the one to dial. @throws Error as parseHostPort */
export function toMultiaddr(text: string, peerId?: string): Multiaddr {
  const { host, port } = parseHostPort(text);
  const family = { 4: 'ip4', 6: 'ip6', 0: 'dns' }[isIP(host)];
  return multiaddr(`/${family}/${host}/tcp/${port}${peerId ? `/p2p/${peerId}` : ''}`);
}

/**
 * The address to dial from, so that a link stays on its own network; undefined when the system shall
 * choose.
 */
export function sourceAddress(listen: string | undefined): string | undefined {
  if (listen === undefined) return undefined;
  const { host } = parseHostPort(listen);
  return isIP(host) && host !== '0.0.0.0' && host !== '::' ? host : undefined;
}

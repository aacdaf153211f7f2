import { isIP } from 'node:net';

/** An address as `ip -json address show` prints it. */
export interface InterfaceAddress {
  readonly local: string;
  readonly prefixlen: number;
  readonly tentative?: boolean;
  readonly dadfailed?: boolean;
}

/** An interface as `ip -json address show` prints it. */
export interface NetworkInterface {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly addr_info: readonly InterfaceAddress[];
}

/** One spelling for each address. Undefined when the text is no address. */
export function canonicalAddress(text: string): string | undefined {
  const version = isIP(text);
  if (version === 4) return text;
  // The URL parser writes IPv6 addresses in their shortest form (RFC 5952).
  return version === 6 ? new URL(`http://[${text}]/`).hostname.slice(1, -1) : undefined;
}

/** Address as a number, for comparing networks. */
function addressBits(address: string): bigint {
  if (isIP(address) === 4) return address.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
  const [head = '', tail = ''] = embedded(address).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].reduce((bits, part) => (bits << 16n) | BigInt(`0x${part}`), 0n);
}

/** Writes an IPv4 tail (`::ffff:10.0.0.1`) as two groups. */
function embedded(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
    const group = (high: string, low: string) => (Number(high) * 256 + Number(low)).toString(16);
    return `${group(a, b)}:${group(c, d)}`;
  });
}

/** Whether an address is in the network that another address with this prefix length is in. */
export function isInNetwork(address: string, network: { local: string; prefixlen: number }): boolean {
  const version = isIP(address);
  if (version === 0 || version !== isIP(network.local)) return false;
  const shift = BigInt((version === 4 ? 32 : 128) - network.prefixlen);
  return addressBits(address) >> shift === addressBits(network.local) >> shift;
}

import type { SimulatedHost } from './host.ts';
import type { SimulatedNetwork } from './network.ts';

/**
 * Hosts that can talk, directly or through one another, to more than half of the voters they go by, where two hosts are
 * joined if they can talk both ways on some link. A starved host can, although never at the instant at which another
 * starved one does.
 *
 * @param up hosts whose daemons run and are not paused for longer, each with the voter list it has
 */
export function quorateHosts(
  up: ReadonlyMap<string, readonly string[]>,
  connected: (a: string, b: string) => boolean,
): string[] {
  const result: string[] = [];
  const seen = new Set<string>();
  for (const start of up.keys()) {
    if (seen.has(start)) continue;
    const component = [start];
    seen.add(start);
    for (let i = 0; i < component.length; i++) {
      const here = component[i] as string;
      for (const other of up.keys()) {
        if (!seen.has(other) && connected(here, other)) {
          seen.add(other);
          component.push(other);
        }
      }
    }
    for (const host of component) {
      const voters = up.get(host) ?? [];
      if (voters.filter((voter) => component.includes(voter)).length * 2 > voters.length) result.push(host);
    }
  }
  return result;
}

/** Who has quorum in a world, computed again only when connectivity, a daemon or a voter list has changed. */
export class QuorumWatch {
  private readonly hostList: readonly SimulatedHost[];
  private readonly network: SimulatedNetwork;
  private readonly links: readonly number[];
  private version = -1;
  private voters: readonly (readonly string[] | undefined)[] = [];
  private quorate: readonly string[] = [];

  constructor(options: {
    hosts: ReadonlyMap<string, SimulatedHost>;
    network: SimulatedNetwork;
    links: readonly number[];
  }) {
    this.hostList = [...options.hosts.values()];
    this.network = options.network;
    this.links = options.links;
  }

  hosts(): readonly string[] {
    let version = this.network.version;
    for (const host of this.hostList) version += host.version;
    const voters = this.hostList.map((host) => host.node?.inspect().voters);
    const same = version === this.version && voters.every((each, at) => each === this.voters[at]);
    if (same) return this.quorate;
    this.version = version;
    this.voters = voters;
    const up = new Map<string, readonly string[]>();
    for (const host of this.hostList) {
      if (host.node && (!host.paused || host.starved)) up.set(host.name, host.node.inspect().voters);
    }
    const connected = (a: string, b: string) =>
      this.links.some((link) => this.network.isConnected(a, b, link));
    this.quorate = quorateHosts(up, connected);
    return this.quorate;
  }
}

/**
 * Hosts that can talk, directly or through one another, to more than half of the voters they go by, where two hosts are
 * joined if they can talk both ways on some link.
 *
 * @param up hosts whose daemons run and are not paused, each with the voter list it has
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

import type { ClusterState, NodeInstance } from '../state/index.ts';
import { compareNames } from './compare-names.ts';

/** One attribute of a node as the status display shows it. */
export interface ShownAttribute {
  readonly name: string;
  readonly value: string;
  /** What a connectivity check should have found: number of hosts times the score of each. */
  readonly expected?: number;
}

export interface ShownAttributes {
  readonly node: NodeInstance;
  readonly attributes: readonly ShownAttribute[];
}

/** Attributes that the display shows elsewhere, or that only the cluster itself uses. */
const HIDDEN = /^(#|fail-count-|last-failure-|(shutdown|terminate|standby|maintenance)$)/;

/** The attributes of each online node that has any, both by name. */
export function shownAttributes(state: ClusterState): ShownAttributes[] {
  const nodes = [...state.nodes].filter(({ online }) => online);
  nodes.sort((a, b) => compareNames(a.name, b.name));
  return nodes.flatMap((node) => {
    const names = [...node.attributes.keys()].filter((name) => !HIDDEN.test(name)).sort(compareNames);
    if (names.length === 0) return [];
    const attributes = names.map((name): ShownAttribute => {
      const expected = expectedConnectivity(state, name);
      return {
        name,
        value: node.attributes.get(name) ?? '',
        ...(expected === undefined ? {} : { expected }),
      };
    });
    return [{ node, attributes }];
  });
}

/** What an attribute set by a `ping` resource would be if all its hosts answered. */
function expectedConnectivity(state: ClusterState, name: string): number | undefined {
  for (const resource of state.allResources) {
    if (!resource.isPrimitive || !/^pingd?$/.test(resource.agent)) continue;
    const parameters = new Map(
      resource.configured.params.flatMap(({ pairs }) =>
        pairs.map((pair) => [pair.name, pair.value] as const),
      ),
    );
    if ((parameters.get('name') ?? 'pingd') !== name) continue;
    const hosts = (parameters.get('host_list') ?? '').split(/\s+/).filter((host) => host !== '');
    return hosts.length * Number.parseInt(parameters.get('multiplier') ?? '1', 10);
  }
  return undefined;
}

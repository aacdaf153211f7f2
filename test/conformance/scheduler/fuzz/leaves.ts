import type { Bundle, Primitive, Resource } from '@holdfast/model';
import { isPromotable } from './generate-constraints.ts';

/** A primitive with what matters for its history. */
export interface Leaf {
  readonly primitive: Primitive;
  readonly cloned: boolean;
  readonly promotable: boolean;
  /** Instances go by names of their own (`web:0`). */
  readonly unique?: boolean;
}

/** The primitives that nodes have histories of. */
export function leaves(resource: Resource): Leaf[] {
  switch (resource.kind) {
    case 'primitive':
      return [{ primitive: resource, cloned: false, promotable: false }];
    case 'group':
      return resource.members.flatMap(leaves);
    case 'clone': {
      const promotable = isPromotable(resource);
      const unique = resource.meta.some(({ pairs }) => pairs.some(({ name }) => name === 'globally-unique'));
      return leaves(resource.child).map((leaf) => ({ ...leaf, cloned: true, promotable, unique }));
    }
    case 'bundle':
      return bundleLeaves(resource);
  }
}

/** The containers of a bundle; what is inside has its history on the replicas' own nodes. */
function bundleLeaves(bundle: Bundle): Leaf[] {
  const { runtime, attributes } = bundle.container;
  const implicit = (id: string, provider: string, type: string): Leaf => ({
    primitive: {
      kind: 'primitive',
      id,
      class: 'ocf',
      provider,
      type,
      meta: [],
      params: [],
      utilization: [],
      operations: [],
    },
    cloned: false,
    promotable: false,
  });
  return Array.from({ length: Number(attributes['replicas'] ?? 1) }, (_unused, index) => {
    const parts = [implicit(`${bundle.id}-${runtime}-${index}`, 'heartbeat', runtime)];
    if (bundle.child) parts.push(implicit(`${bundle.id}-${index}`, 'pacemaker', 'remote'));
    return parts;
  }).flat();
}

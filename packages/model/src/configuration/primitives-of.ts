import type { Primitive, Resource } from './resource.ts';

/** The primitives that a resource consists of. */
export function primitivesOf(resource: Resource): readonly Primitive[] {
  switch (resource.kind) {
    case 'primitive':
      return [resource];
    case 'group':
      return resource.members;
    case 'clone':
      return primitivesOf(resource.child);
    case 'bundle':
      return resource.child ? [resource.child] : [];
  }
}

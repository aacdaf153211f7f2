import type { ClusterInformation, Resource } from '@holdfast/model';
import { namesOf } from './affected-resources.ts';

/** The names of some resources and of all that is placed with them or ordered after them, however far. */
export function withDependents(
  { configuration }: ClusterInformation,
  first: ReadonlySet<string>,
): ReadonlySet<string> {
  const { resources, constraints } = configuration;
  const found = new Set(first);
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const constraint of constraints) {
      if (constraint.kind === 'colocation') {
        const { resource, withResource, sets } = constraint;
        follow(resources, found, withResource, resource);
        followSets(resources, found, sets);
      } else if (constraint.kind === 'order') {
        const { first: earlier, then, sets } = constraint;
        follow(resources, found, earlier, then);
        followSets(resources, found, sets);
      }
    }
  }
  return found;
}

function follow(
  resources: readonly Resource[],
  found: Set<string>,
  from: string | undefined,
  to: string | undefined,
): void {
  if (from === undefined || to === undefined || !found.has(from)) return;
  for (const name of namesUnder(resources, to)) found.add(name);
}

/** In sets all may depend on each other. */
function followSets(
  resources: readonly Resource[],
  found: Set<string>,
  sets: readonly { readonly members: readonly string[] }[],
): void {
  const members = sets.flatMap((set) => set.members);
  if (!members.some((name) => found.has(name))) return;
  for (const member of members) for (const name of namesUnder(resources, member)) found.add(name);
}

function namesUnder(resources: readonly Resource[], id: string): string[] {
  const whole = resources.filter((each) => namesOf(each).includes(id));
  return [id, ...whole.flatMap(namesOf)];
}

import type {
  ColocationConstraint,
  Constraint,
  OrderConstraint,
  ResourceSet,
} from '../configuration/constraint.ts';

/**
 * A constraint after one of the resources it names is gone; undefined when nothing meaningful is left. Sets lose the
 * member; what is left of two sets of one member each, or of one set of two in sequence, becomes the simple form.
 */
export function withoutResource(constraint: Constraint, id: string): Constraint | undefined {
  if (namedDirectly(constraint).includes(id)) return undefined;
  if (!constraint.sets.some((set) => set.members.includes(id))) return constraint;
  const sets = constraint.sets
    .map((set) => ({ ...set, members: set.members.filter((each) => each !== id) }))
    .filter((set) => set.members.length > 0);
  const members = sets.flatMap((set) => set.members);
  if (members.length === 0) return undefined;
  if (constraint.kind === 'location' || constraint.kind === 'ticket') return { ...constraint, sets };
  if (members.length === 1) return undefined;
  const isSimple = members.length === 2 && (sets.length === 2 || isSequential(sets[0]));
  if (!isSimple) return { ...constraint, sets };
  return constraint.kind === 'order' ? simpleOrder(constraint, sets) : simpleColocation(constraint, sets);
}

/** The same constraint with every mention of one resource replaced by another. */
export function withResourceReplaced(constraint: Constraint, from: string, to: string): Constraint {
  const swap = (id: string): string => (id === from ? to : id);
  const sets = constraint.sets.map((set) => ({ ...set, members: dedupe(set.members.map(swap)) }));
  switch (constraint.kind) {
    case 'location':
    case 'ticket':
      return constraint.resource === from ? { ...constraint, resource: to, sets } : { ...constraint, sets };
    case 'colocation':
      return {
        ...constraint,
        ...(constraint.resource === from ? { resource: to } : {}),
        ...(constraint.withResource === from ? { withResource: to } : {}),
        sets,
      };
    case 'order':
      return {
        ...constraint,
        ...(constraint.first === from ? { first: to } : {}),
        ...(constraint.then === from ? { then: to } : {}),
        sets,
      };
  }
}

/** All resources a constraint names. */
export function resourcesOf(constraint: Constraint): string[] {
  return [...namedDirectly(constraint), ...constraint.sets.flatMap((set) => set.members)];
}

function namedDirectly(constraint: Constraint): string[] {
  const named =
    constraint.kind === 'order'
      ? [constraint.first, constraint.then]
      : constraint.kind === 'colocation'
        ? [constraint.resource, constraint.withResource]
        : [constraint.resource];
  return named.filter((each) => each !== undefined);
}

function isSequential(set: ResourceSet | undefined): boolean {
  return set !== undefined && (set.attributes.sequential ?? 'true') === 'true';
}

function simpleOrder(order: OrderConstraint, sets: readonly ResourceSet[]): OrderConstraint {
  const [first, second] = flatten(sets);
  return {
    ...order,
    ...(first ? { first: first.id, ...(first.action ? { firstAction: first.action } : {}) } : {}),
    ...(second ? { then: second.id, ...(second.action ? { thenAction: second.action } : {}) } : {}),
    sets: [],
  };
}

/** Within a set the later member depends on the earlier one; of two sets the earlier one depends on the later. */
function simpleColocation(
  colocation: ColocationConstraint,
  sets: readonly ResourceSet[],
): ColocationConstraint {
  const flat = flatten(sets);
  const [dependent, leader] = sets.length === 1 ? [flat[1], flat[0]] : [flat[0], flat[1]];
  return {
    ...colocation,
    ...(dependent ? { resource: dependent.id, ...(dependent.role ? { role: dependent.role } : {}) } : {}),
    ...(leader ? { withResource: leader.id, ...(leader.role ? { withRole: leader.role } : {}) } : {}),
    sets: [],
  };
}

function flatten(sets: readonly ResourceSet[]): { id: string; role?: string; action?: string }[] {
  return sets.flatMap((set) =>
    set.members.map((id) => ({
      id,
      ...(set.attributes.role === undefined ? {} : { role: set.attributes.role }),
      ...(set.attributes.action === undefined ? {} : { action: set.attributes.action }),
    })),
  );
}

function dedupe(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

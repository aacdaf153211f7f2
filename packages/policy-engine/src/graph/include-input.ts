import {
  type Action,
  ActionFlag,
  type NodeInstance,
  OrderFlag,
  type Relation,
  type ResourceInstance,
} from '../state/index.ts';

/** The flags of an ordering that let its first action make the second one impossible. */
const BLOCKING =
  OrderFlag.unrunnableFirstBlocks | OrderFlag.thenImpliesFirst | OrderFlag.unmigratableThenBlocks;

/**
 * Whether an input has to be waited for. `inGraph` tells of any action whether it belongs in the graph; an
 * input that does not is waited for by nobody.
 */
export function belongsAsInput(
  action: Action,
  input: Pick<Relation, 'first' | 'flags'>,
  inGraph: (action: Action) => boolean,
): boolean {
  const { first, flags } = input;
  if (flags === OrderFlag.none) return false;
  const runnable = (first.flags & ActionFlag.runnable) !== 0;
  if (!runnable && (flags & BLOCKING) === 0) return false;
  if (!runnable && flags & OrderFlag.minRunnable) return false;
  if (flags & OrderFlag.ifFirstUnmigratable && first.flags & ActionFlag.migratable) return false;
  if (flags === OrderFlag.ordered && isStopOfMigration(first)) return false;
  if (flags & OrderFlag.ifOnSameNodeOrTarget && !onSameNodeOrTarget(action, first)) return false;
  if (flags & OrderFlag.ifRequiredOnSameNode && !requiredOnSameNode(action, first)) return false;
  if (isStopOfLostInstance(action, first)) return false;
  if ((flags & OrderFlag.guestAllowed) === 0 && isInsideGuestOf(action, first)) return false;
  return inGraph(first);
}

/** What is merely kept apart need not wait for the end of a live migration. */
function isStopOfMigration({ task, flags }: Action): boolean {
  return task === 'stop' && (flags & ActionFlag.migratable) !== 0;
}

/** A live migration counts as being where it leads. */
function onSameNodeOrTarget(action: Action, first: Action): boolean {
  const place = action.task === 'migrate_to' ? action.resource?.assignedTo : action.node;
  return first.node !== undefined && first.node === place;
}

function requiredOnSameNode(action: Action, first: Action): boolean {
  if (first.node !== undefined && action.node !== undefined && first.node !== action.node) return false;
  return (first.flags & ActionFlag.optional) === 0;
}

/**
 * What happens in a guest cannot be waited for by what hosts it: a host that stops takes everything in it along, and
 * one that starts is what they wait for. An order that asks for it is invalid. (The mark that the guest is gone is not
 * in it.)
 */
function isInsideGuestOf({ resource }: Action, { resource: inner, node }: Action): boolean {
  if (resource === undefined || inner === undefined) return false;
  return node !== undefined && node.connection?.launcher === resource;
}

/** The stop of a failed instance that nobody manages will never happen, so its clone does not wait for it. */
function isStopOfLostInstance(action: Action, first: Action): boolean {
  const { resource } = first;
  if (resource === undefined || resource === action.resource || first.task !== 'stop') return false;
  return resource.failed && !resource.managed && action.resource?.isCollective === true;
}

/** The resource an action is for, with all that it is part of. */
export function ancestry(resource: ResourceInstance | undefined): ResourceInstance[] {
  const result: ResourceInstance[] = [];
  for (let each = resource; each !== undefined; each = each.parent) result.push(each);
  return result;
}

/** The host a node lives on, for guests. */
export function hostOf(node: NodeInstance): NodeInstance | undefined {
  const launcher = node.connection?.launcher;
  return launcher?.assignedTo ?? launcher?.runningOn[0];
}

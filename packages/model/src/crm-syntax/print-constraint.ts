import type {
  ColocationConstraint,
  Constraint,
  LocationConstraint,
  OrderConstraint,
  ResourceSet,
  TicketConstraint,
} from '../configuration/constraint.ts';
import { printScore } from './parse-score.ts';
import { NotPrintable, type PrintContext, printRule } from './print-attributes.ts';
import { assignments, joined, word } from './print-values.ts';
import type { PrintedStatement } from './printed-statement.ts';

/** A constraint as a statement. @throws NotPrintable where the statement syntax cannot say the same */
export function printConstraint(constraint: Constraint, context: PrintContext): PrintedStatement {
  if (constraint.kind !== 'ticket' && constraint.lifetime) throw new NotPrintable('a lifetime');
  switch (constraint.kind) {
    case 'location':
      return printLocation(constraint, context);
    case 'colocation':
      return { head: printColocation(constraint), parts: [] };
    case 'order':
      return { head: printOrder(constraint), parts: [] };
    case 'ticket':
      return { head: printTicket(constraint), parts: [] };
  }
}

function printLocation(location: LocationConstraint, context: PrintContext): PrintedStatement {
  const { id, resource, pattern, node, score, role, resourceDiscovery } = location;
  const where =
    resource !== undefined
      ? word(resource)
      : pattern !== undefined
        ? word(`/${pattern}/`)
        : `{ ${printSets(location.sets, 'role')} }`;
  const head = joined(
    'location',
    word(id),
    where,
    assignments({ role, 'resource-discovery': resourceDiscovery }),
  );
  if (node === undefined) return { head, parts: location.rules.map((each) => printRule(each, context)) };
  if (location.rules.length > 0) throw new NotPrintable('a node and rules');
  return { head: `${head} ${printScore(score ?? '0')}: ${word(node)}`, parts: [] };
}

function printColocation(colocation: ColocationConstraint): string {
  const { id, score, resource, role, withResource, withRole, nodeAttribute, influence } = colocation;
  const resources =
    colocation.sets.length > 0
      ? printSets(colocation.sets, 'role')
      : joined(member(resource, role), member(withResource, withRole));
  return joined(
    'colocation',
    word(id),
    `${printScore(score ?? '0')}:`,
    resources,
    assignments({ 'node-attribute': nodeAttribute, influence }),
  );
}

function printOrder(order: OrderConstraint): string {
  const { id, first, firstAction, then, thenAction, orderKind, score, symmetrical } = order;
  if (order.requireAll !== undefined) throw new NotPrintable('require-all of an ordering');
  const kind =
    orderKind ?? (score === undefined ? undefined : Number(score) === 0 ? 'Optional' : 'Mandatory');
  return joined(
    'order',
    word(id),
    kind === undefined ? '' : `${kind}:`,
    order.sets.length > 0
      ? printSets(order.sets, 'action')
      : joined(member(first, firstAction), member(then, thenAction)),
    assignments({ symmetrical }),
  );
}

function printTicket(ticket: TicketConstraint): string {
  const { id, resource, role, lossPolicy } = ticket;
  return joined(
    'rsc_ticket',
    word(id),
    `${word(ticket.ticket)}:`,
    ticket.sets.length > 0 ? printSets(ticket.sets, 'role') : member(resource, role),
    assignments({ 'loss-policy': lossPolicy }),
  );
}

function member(id: string | undefined, qualifier: string | undefined): string {
  if (id === undefined) throw new NotPrintable('a resource is missing');
  return word(qualifier === undefined ? id : `${id}:${qualifier}`);
}

function printSets(sets: readonly ResourceSet[], qualifier: 'role' | 'action'): string {
  return sets.map((set) => printSet(set, qualifier)).join(' ');
}

function printSet(set: ResourceSet, qualifier: 'role' | 'action'): string {
  if (set.idRef !== undefined) throw new NotPrintable('a reference to a set');
  const { sequential, 'require-all': requireAll, [qualifier]: value, ...others } = set.attributes;
  const members = set.members.map((id) => member(id, value));
  const extra = assignments(others);
  if (requireAll === 'false')
    return joined(
      '[',
      ...members,
      sequential === 'false' ? '' : `sequential=${sequential ?? 'true'}`,
      extra,
      ']',
    );
  if (sequential === 'false')
    return joined('(', ...members, assignments({ 'require-all': requireAll }), extra, ')');
  return joined(...members, assignments({ 'require-all': requireAll }), extra);
}

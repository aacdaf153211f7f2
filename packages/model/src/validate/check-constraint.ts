import type {
  ColocationConstraint,
  Constraint,
  LocationConstraint,
  OrderConstraint,
  ResourceSet,
  TicketConstraint,
} from '../configuration/constraint.ts';
import { Pattern } from '../pattern/pattern.ts';
import { checkRules, expectValue } from './check-attributes.ts';
import type { Report } from './finding.ts';
import { ROLE_VALUES } from './known-names.ts';
import type { ValueType } from './value-syntax.ts';

const ACTIONS = ['start', 'stop', 'promote', 'demote'];
const SET_ATTRIBUTES: ReadonlyMap<string, ValueType> = new Map<string, ValueType>([
  ['sequential', 'boolean'],
  ['require-all', 'boolean'],
  ['ordering', ['group', 'listed']],
  ['action', ACTIONS],
  ['role', ROLE_VALUES],
  ['score', 'score'],
  ['kind', ['Optional', 'Mandatory', 'Serialize']],
]);

/** Checks one constraint. */
export function checkConstraint(constraint: Constraint, report: Report): void {
  checkSets(constraint.sets, constraint.id, report);
  if (constraint.kind !== 'ticket') checkRules(constraint.lifetime ?? [], constraint.id, report);
  switch (constraint.kind) {
    case 'location':
      checkLocation(constraint, report);
      return;
    case 'colocation':
      checkColocation(constraint, report);
      return;
    case 'order':
      checkOrder(constraint, report);
      return;
    case 'ticket':
      checkTicket(constraint, report);
      return;
  }
}

function checkLocation(location: LocationConstraint, report: Report): void {
  const { id } = location;
  const named = [location.resource, location.pattern, location.sets[0]].filter((each) => each !== undefined);
  if (named.length !== 1) report('error', id, `${id} must name one of: a resource, a pattern, sets`);
  const byNode = location.node !== undefined;
  if (byNode && location.rules.length > 0) report('error', id, `${id} has both a node and rules`);
  if (!byNode && location.rules.length === 0) report('error', id, `${id} has neither a node nor a rule`);
  if (byNode && location.score === undefined && location.sets.every(({ attributes }) => !attributes.score)) {
    report('warning', id, `${id} has a node but no score, and so no effect on where anything runs`);
  }
  if (location.pattern !== undefined) checkPattern(location.pattern, id, report);
  if (location.score !== undefined) expectValue(location.score, 'score', `${id}: the score`, id, report);
  if (location.role !== undefined) expectValue(location.role, ROLE_VALUES, `${id}: the role`, id, report);
  if (location.resourceDiscovery !== undefined)
    expectValue(
      location.resourceDiscovery,
      ['always', 'never', 'exclusive'],
      `${id}: resource-discovery`,
      id,
      report,
    );
  checkRules(location.rules, id, report);
}

function checkPattern(pattern: string, id: string, report: Report): void {
  const parsed = Pattern.parse(pattern.replace(/^!/, ''));
  if ('problem' in parsed) {
    report('error', id, `${id}: the pattern /${pattern}/ is no regular expression: ${parsed.problem}`);
  }
}

function checkColocation(colocation: ColocationConstraint, report: Report): void {
  const { id } = colocation;
  const simple = colocation.resource !== undefined && colocation.withResource !== undefined;
  if (simple === colocation.sets.length > 0) report('error', id, `${id} must name two resources, or sets`);
  if (colocation.score !== undefined) expectValue(colocation.score, 'score', `${id}: the score`, id, report);
  for (const role of [colocation.role, colocation.withRole])
    if (role !== undefined) expectValue(role, ROLE_VALUES, `${id}: the role`, id, report);
  if (colocation.influence !== undefined)
    expectValue(colocation.influence, 'boolean', `${id}: influence`, id, report);
  if (simple && colocation.resource === colocation.withResource)
    report('warning', id, `${id}: ${colocation.resource} is placed with itself`);
}

function checkOrder(order: OrderConstraint, report: Report): void {
  const { id } = order;
  const simple = order.first !== undefined && order.then !== undefined;
  if (simple === order.sets.length > 0) report('error', id, `${id} must name two resources, or sets`);
  if (order.score !== undefined) expectValue(order.score, 'score', `${id}: the score`, id, report);
  if (order.orderKind !== undefined)
    expectValue(order.orderKind, ['Optional', 'Mandatory', 'Serialize'], `${id}: the kind`, id, report);
  for (const action of [order.firstAction, order.thenAction])
    if (action !== undefined) expectValue(action, ACTIONS, `${id}: the action`, id, report);
  if (order.symmetrical !== undefined)
    expectValue(order.symmetrical, 'boolean', `${id}: symmetrical`, id, report);
  if (order.requireAll !== undefined)
    expectValue(order.requireAll, 'boolean', `${id}: require-all`, id, report);
}

function checkTicket(ticket: TicketConstraint, report: Report): void {
  const { id } = ticket;
  if (ticket.ticket === '') report('error', id, `${id} names no ticket`);
  if ((ticket.resource !== undefined) === ticket.sets.length > 0)
    report('error', id, `${id} must name a resource, or sets`);
  if (ticket.role !== undefined) expectValue(ticket.role, ROLE_VALUES, `${id}: the role`, id, report);
  if (ticket.lossPolicy !== undefined)
    expectValue(ticket.lossPolicy, ['stop', 'demote', 'fence', 'freeze'], `${id}: loss-policy`, id, report);
}

function checkSets(sets: readonly ResourceSet[], owner: string, report: Report): void {
  for (const set of sets) {
    if (set.idRef !== undefined) continue;
    if (set.members.length === 0) report('error', owner, `${owner}: a set has no members`);
    for (const [name, value] of Object.entries(set.attributes)) {
      const type = SET_ATTRIBUTES.get(name);
      if (type === undefined) report('warning', owner, `${owner}: ${name} is not a known attribute of sets`);
      else expectValue(value, type, `${owner}: ${name}`, owner, report);
    }
  }
}

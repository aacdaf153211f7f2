import type { Constraint, Resource, ResourceSet, Rule } from '@holdfast/model';
import type { Features } from './features.ts';
import { dateRule } from './generate-options.ts';
import type { RandomChoices } from './random.ts';

const SCORES = ['INFINITY', '-INFINITY', '100', '-100', '10', '500'];

/** Tickets that constraints and the status name. */
export const TICKETS = ['ticketA', 'ticketB'];

/** What constraints are made of. */
interface Context {
  readonly random: RandomChoices;
  readonly features: Features;
  readonly resources: readonly Resource[];
  readonly nodes: readonly string[];
  /** Members of groups count as names too. */
  readonly names: readonly string[];
  readonly promotable: ReadonlySet<string>;
}

export function generateConstraints(
  random: RandomChoices,
  features: Features,
  resources: readonly Resource[],
  nodes: readonly string[],
): Constraint[] {
  const top = resources.map(({ id }) => id);
  const members = resources.flatMap((each) =>
    each.kind === 'group' ? each.members.map(({ id }) => id) : [],
  );
  const context: Context = {
    random,
    features,
    resources,
    nodes,
    names: random.chance(0.15) ? [...top, ...members] : top,
    promotable: new Set(resources.filter(isPromotable).map(({ id }) => id)),
  };
  const count = random.integer(0, 4) + (features.sets ? 1 : 0) + (features.tickets ? 1 : 0);
  return Array.from({ length: count }, (_unused, index) => generateConstraint(context, `c${index + 1}`));
}

export function isPromotable(resource: Resource): boolean {
  if (resource.kind === 'bundle') return 'promoted-max' in resource.container.attributes;
  return (
    resource.kind === 'clone' &&
    resource.meta.some(({ pairs }) =>
      pairs.some(({ name, value }) => name === 'promotable' && value === 'true'),
    )
  );
}

function generateConstraint(context: Context, id: string): Constraint {
  const { random, features, names } = context;
  if (features.tickets && random.chance(0.35)) return generateTicket(context, id);
  if (features.sets && names.length >= 2 && random.chance(0.4)) return generateSets(context, id);
  const a = random.pick(names);
  const others = names.filter((name) => name !== a);
  if (others.length === 0 || random.chance(0.4)) return generateLocation(context, id, a);
  const b = random.pick(others);
  return random.chance(0.5) ? generateColocation(context, id, a, b) : generateOrder(context, id, a, b);
}

function generateLocation(context: Context, id: string, resource: string): Constraint {
  const { random, features, nodes, promotable } = context;
  const discovery = random.chance(0.1)
    ? { resourceDiscovery: random.pick(['never', 'exclusive', 'always']) }
    : {};
  const base = { kind: 'location' as const, id, sets: [], rules: [], ...discovery };
  const target = random.chance(0.07) ? { pattern: `^${resource.slice(0, 2)}` } : { resource };
  if (features.rules && random.chance(0.6)) {
    return { ...base, ...target, rules: [locationRule(random, `${id}-rule`, promotable.has(resource))] };
  }
  const role =
    promotable.has(resource) && random.chance(0.25) ? { role: random.pick(['Master', 'Slave']) } : {};
  return { ...base, ...target, ...role, node: random.pick(nodes), score: random.pick(SCORES) };
}

/** On a node attribute, on time, or with the score of an attribute. */
function locationRule(random: RandomChoices, id: string, promotable: boolean): Rule {
  const role = promotable && random.chance(0.4) ? { role: 'Master' } : {};
  if (random.chance(0.3)) return { ...dateRule(random, id, random.pick(SCORES)), ...role };
  const expression = random.pick([
    { operation: 'eq', value: 'a' },
    { operation: 'ne', value: 'a' },
    { operation: 'defined' },
    { operation: 'not_defined' },
    { operation: 'gt', value: 'a', type: 'string' },
  ]);
  return {
    kind: 'rule',
    id,
    ...(random.chance(0.15) ? { scoreAttribute: 'weight' } : { score: random.pick(SCORES) }),
    ...role,
    expressions: [{ kind: 'attribute', id: `${id}-site`, attribute: 'site', ...expression }],
  };
}

function generateColocation({ random, promotable }: Context, id: string, a: string, b: string): Constraint {
  return {
    kind: 'colocation',
    id,
    resource: a,
    withResource: b,
    score: random.pick(SCORES),
    sets: [],
    ...(promotable.has(b) && random.chance(0.5)
      ? { withRole: random.pick(['Master', 'Master', 'Slave']) }
      : {}),
    ...(promotable.has(a) && random.chance(0.3) ? { role: 'Master' } : {}),
    ...(random.chance(0.1) ? { influence: 'false' } : {}),
    ...(random.chance(0.07) ? { nodeAttribute: 'site' } : {}),
  };
}

function generateOrder({ random, promotable }: Context, id: string, a: string, b: string): Constraint {
  const actions = random.pick([
    {},
    {},
    { firstAction: 'stop', thenAction: 'start' },
    { firstAction: 'stop', thenAction: 'stop' },
    ...(promotable.has(a) ? [{ firstAction: 'promote', thenAction: 'start' }] : []),
    ...(promotable.has(a) ? [{ firstAction: 'demote', thenAction: 'stop' }] : []),
    ...(promotable.has(a) && promotable.has(b) ? [{ firstAction: 'promote', thenAction: 'promote' }] : []),
  ]);
  return {
    kind: 'order',
    id,
    first: a,
    then: b,
    sets: [],
    orderKind: random.pick(['Mandatory', 'Mandatory', 'Optional', 'Serialize']),
    ...actions,
    ...(random.chance(0.15) ? { symmetrical: 'false' } : {}),
    ...(random.chance(0.1) ? { requireAll: 'false' } : {}),
  };
}

function generateTicket({ random, names, promotable }: Context, id: string): Constraint {
  const resource = random.pick(names);
  return {
    kind: 'ticket',
    id,
    ticket: random.pick(TICKETS),
    resource,
    sets: [],
    ...(promotable.has(resource) && random.chance(0.5) ? { role: 'Master' } : {}),
    ...(random.chance(0.7) ? { lossPolicy: random.pick(['stop', 'fence', 'freeze', 'demote']) } : {}),
  };
}

/** Two sets, or one, over some of the resources. */
function generateSets({ random, names }: Context, id: string): Constraint {
  const shuffled = [...names].sort((a, b) => (a < b ? -1 : 1));
  for (let at = shuffled.length - 1; at > 0; at--) {
    const other = random.integer(0, at);
    [shuffled[at], shuffled[other]] = [shuffled[other] as string, shuffled[at] as string];
  }
  const cut = random.integer(1, shuffled.length);
  const halves = [shuffled.slice(0, cut), shuffled.slice(cut)].filter((part) => part.length > 0);
  const colocation = random.chance(0.5);
  const sets = halves.map(
    (members, index): ResourceSet => ({
      id: `${id}-set${index + 1}`,
      members,
      attributes: {
        ...(random.chance(0.4) ? { sequential: 'false' } : {}),
        ...(!colocation && random.chance(0.2) ? { 'require-all': 'false', sequential: 'false' } : {}),
      },
    }),
  );
  if (colocation)
    return { kind: 'colocation', id, score: random.pick(['INFINITY', '100', '-INFINITY']), sets };
  return { kind: 'order', id, orderKind: random.pick(['Mandatory', 'Optional', 'Serialize']), sets };
}

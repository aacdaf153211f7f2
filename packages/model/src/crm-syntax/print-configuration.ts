import type { Entity } from '../change/entity.ts';
import { entitiesOf } from '../change/entity.ts';
import type { Configuration } from '../configuration/configuration.ts';
import type { Group, Primitive, Resource } from '../configuration/resource.ts';
import { factsOf } from '../validate/entity-facts.ts';
import { parseStatement } from './parse-statements.ts';
import { NotPrintable } from './print-attributes.ts';
import { type PrintOptions, printStatement, printXmlStatement } from './print-statement.ts';
import { canonicalStatement } from './same-statement.ts';
import type { Statement } from './statement.ts';

/** An object of the configuration with the statement that says it. */
export interface ShownObject {
  readonly id: string;
  readonly statement: Statement;
  /** The entity the object is or stands in. */
  readonly entity: Entity;
}

/** What of a configuration is shown, and how. */
export interface ShowOptions extends PrintOptions {
  /** Show only the objects for which this is true. @default all */
  readonly filter?: (shown: ShownObject) => boolean;
  /** By kind and in it by id, as operators expect; or by kind and in it in the configuration's order. @default by-id */
  readonly sorted?: 'by-id' | 'by-kind';
}

/** Ranks of what is shown; constraints are shown together by id. */
const RANK: Readonly<Record<Statement['kind'], number>> = {
  node: 0,
  template: 1,
  primitive: 2,
  monitor: 2,
  bundle: 3,
  group: 4,
  clone: 5,
  tag: 7,
  constraint: 8,
  'fencing-topology': 10,
  options: 12,
  'resource-defaults': 13,
  'operation-defaults': 14,
  acl: 15,
  alert: 16,
  xml: 17,
};

/** The whole configuration as statements, each ending with a line end. Reading them gives the same configuration. */
export function printConfiguration(configuration: Configuration, options: ShowOptions = {}): string {
  const shown = showObjects(configuration).filter(options.filter ?? (() => true));
  const isReferenced = options.isReferenced ?? referencedIds(configuration);
  const sorted = sortShown(shown, options.sorted ?? 'by-id');
  return sorted.map((each) => `${printObject(each, { ...options, isReferenced })}\n`).join('');
}

/** All objects in the order of the configuration; members of groups, clones and bundles are objects of their own. */
export function showObjects(configuration: Configuration): ShownObject[] {
  const shown: ShownObject[] = [];
  const { fencingTopology } = configuration;
  for (const entity of entitiesOf(configuration)) {
    if (entity.kind !== 'fencing-level') shown.push(...showEntity(entity));
    else if (entity.value === fencingTopology[0])
      shown.push({
        id: 'fencing_topology',
        entity,
        statement: { kind: 'fencing-topology', levels: fencingTopology },
      });
  }
  return shown;
}

function showEntity(entity: Exclude<Entity, { kind: 'fencing-level' }>): ShownObject[] {
  const one = (id: string | undefined, statement: Statement): ShownObject[] => [
    { id: id ?? '', statement, entity },
  ];
  switch (entity.kind) {
    case 'resource':
      return showResource(entity.value);
    case 'node':
      return one(entity.value.id, { kind: 'node', node: entity.value });
    case 'template':
      return one(entity.value.id, { kind: 'template', template: entity.value });
    case 'constraint':
      return one(entity.value.id, { kind: 'constraint', constraint: entity.value });
    case 'tag':
      return one(entity.value.id, { kind: 'tag', tag: entity.value });
    case 'alert':
      return one(entity.value.attributes.id, { kind: 'alert', alert: entity.value });
    case 'acl':
      return one(entity.value.attributes.id, { kind: 'acl', acl: entity.value });
    default:
      return one(entity.value.id, { kind: entity.kind, block: entity.value });
  }
}

function showResource(resource: Resource): ShownObject[] {
  const own = (statement: Statement): ShownObject => ({
    id: resource.id,
    statement,
    entity: { kind: 'resource', value: resource },
  });
  switch (resource.kind) {
    case 'primitive':
      return [own({ kind: 'primitive', primitive: resource })];
    case 'group':
      return [
        ...resource.members.flatMap(showResource),
        own({ kind: 'group', group: { ...resource, members: resource.members.map((each) => each.id) } }),
      ];
    case 'clone':
      return [
        ...showResource(resource.child as Primitive | Group),
        own({ kind: 'clone', clone: { ...resource, child: resource.child.id } }),
      ];
    case 'bundle': {
      const { child, ...rest } = resource;
      return [
        ...(child ? showResource(child) : []),
        own({ kind: 'bundle', bundle: child ? { ...rest, child: child.id } : rest }),
      ];
    }
  }
}

function sortShown(shown: readonly ShownObject[], sorted: 'by-id' | 'by-kind'): ShownObject[] {
  return [...shown].sort((a, b) => {
    const byRank = RANK[a.statement.kind] - RANK[b.statement.kind] || laterRank(a) - laterRank(b);
    if (byRank !== 0 || sorted === 'by-kind') return byRank;
    return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
  });
}

/** Tickets come behind the other constraints, and who has roles behind the roles. */
function laterRank({ statement }: ShownObject): number {
  if (statement.kind === 'constraint') return statement.constraint.kind === 'ticket' ? 1 : 0;
  return statement.kind === 'acl' && statement.acl.name !== 'acl_role' ? 1 : 0;
}

/**
 * One object as text. Where the statement syntax cannot say the object, or what it says would be read differently,
 * the object is shown as XML.
 */
export function printObject(shown: ShownObject, options: PrintOptions = {}): string {
  try {
    const text = printStatement(shown.statement, options);
    if (shown.statement.kind !== 'constraint' || isReadBack(text, shown.statement)) return text;
  } catch (error) {
    if (!(error instanceof NotPrintable)) throw error;
  }
  return printXmlStatement(shown.entity, options);
}

/** True when reading the text gives the statement again; only sets of constraints can fail this. */
function isReadBack(text: string, statement: Statement): boolean {
  try {
    return canonicalStatement(parseStatement(text).statement) === canonicalStatement(statement);
  } catch {
    return false;
  }
}

/** Tells which ids of a configuration are referred to. */
export function referencedIds(configuration: Configuration): (id: string) => boolean {
  const found = new Set<string>();
  for (const entity of entitiesOf(configuration))
    for (const { id, accepts } of factsOf(entity).references)
      if (!accepts.includes('resource') || accepts.includes('operations')) found.add(id);
  return (id) => found.has(id);
}

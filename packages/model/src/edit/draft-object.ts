import type { FencingLevel } from '../configuration/configuration.ts';
import { type Statement, statementId } from '../crm-syntax/statement.ts';
import { setInBlocks } from './edit-attributes.ts';
import { withResourceReplaced } from './without-resource.ts';

/** A statement about a resource that holds others. */
export type ContainerStatement = Extract<Statement, { kind: 'group' | 'clone' | 'bundle' }>;

/** A statement about a resource. */
export type ResourceStatement = ContainerStatement | Extract<Statement, { kind: 'primitive' }>;

/** The key of an object in a draft: nodes are known by name and have a name space of their own. */
export function keyOf(statement: Statement): string {
  return statement.kind === 'node' ? `node ${statement.node.name}` : (statementId(statement) ?? '');
}

export function isContainer(statement: Statement): statement is ContainerStatement {
  return statement.kind === 'group' || statement.kind === 'clone' || statement.kind === 'bundle';
}

export function isResource(statement: Statement): statement is ResourceStatement {
  return statement.kind === 'primitive' || isContainer(statement);
}

/** The ids of the resources inside. */
export function membersOf(container: ContainerStatement): readonly string[] {
  switch (container.kind) {
    case 'group':
      return container.group.members;
    case 'clone':
      return [container.clone.child];
    case 'bundle':
      return container.bundle.child === undefined ? [] : [container.bundle.child];
  }
}

/** The container without members, while they are being moved. */
export function emptied(container: ContainerStatement): ContainerStatement {
  switch (container.kind) {
    case 'group':
      return { ...container, group: { ...container.group, members: [] } };
    case 'clone':
      return { ...container, clone: { ...container.clone, child: '' } };
    case 'bundle': {
      const { child: _, ...bundle } = container.bundle;
      return { kind: 'bundle', bundle };
    }
  }
}

/** The order in which statements are put, so that what they name is there. */
export function putRank(statement: Statement): number {
  const order: readonly Statement['kind'][] = [
    'node',
    'template',
    'primitive',
    'xml',
    'bundle',
    'group',
    'clone',
  ];
  const rank = order.indexOf(statement.kind);
  return rank < 0 ? order.length : rank;
}

/** `ms` and `master` are the old way to write a promotable clone. */
export function promotableClone(statement: Extract<Statement, { kind: 'clone' }>): typeof statement {
  if (!statement.clone.legacyMaster) return statement;
  const { legacyMaster: _, ...clone } = statement.clone;
  return { ...statement, clone: { ...clone, meta: setInBlocks(clone.meta, 'promotable', 'true') } };
}

export function hasTarget(level: FencingLevel): boolean {
  return (
    level.target !== undefined || level.targetPattern !== undefined || level.targetAttribute !== undefined
  );
}

/** The same object with another id; ids of its parts follow. */
export function withId(statement: Statement, to: string): Statement {
  const from = statementId(statement) ?? '';
  const renamed = renameIds(statement, from, to) as Statement;
  return renamed.kind === 'node' ? { ...renamed, node: { ...renamed.node, name: to } } : renamed;
}

/** The object with every mention of another one renamed. */
export function withReference(statement: Statement, from: string, to: string): Statement {
  const swap = (ids: readonly string[]): string[] => ids.map((each) => (each === from ? to : each));
  switch (statement.kind) {
    case 'group':
      return { ...statement, group: { ...statement.group, members: swap(statement.group.members) } };
    case 'clone':
      return statement.clone.child === from
        ? { ...statement, clone: { ...statement.clone, child: to } }
        : statement;
    case 'bundle':
      return statement.bundle.child === from
        ? { ...statement, bundle: { ...statement.bundle, child: to } }
        : statement;
    case 'primitive':
      return statement.primitive.template === from
        ? { ...statement, primitive: { ...statement.primitive, template: to } }
        : statement;
    case 'constraint':
      return { ...statement, constraint: withResourceReplaced(statement.constraint, from, to) };
    case 'tag':
      return { ...statement, tag: { ...statement.tag, members: swap(statement.tag.members) } };
    case 'fencing-topology':
      return {
        ...statement,
        levels: statement.levels.map((each) => ({
          ...each,
          devices: swap(each.devices.split(',')).join(','),
        })),
      };
    default:
      return statement;
  }
}

/** Ids that are `from`, or begin with it and a hyphen, begin with `to` afterwards. */
function renameIds(value: unknown, from: string, to: string): unknown {
  if (Array.isArray(value)) return value.map((each) => renameIds(each, from, to));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      if (name !== 'id' || typeof each !== 'string') return [name, renameIds(each, from, to)];
      const follows = each === from || each.startsWith(`${from}-`);
      return [name, follows ? to + each.slice(from.length) : each];
    }),
  );
}

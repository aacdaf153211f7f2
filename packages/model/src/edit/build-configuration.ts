import { ENTITY_LISTS, type Entity } from '../change/entity.ts';
import {
  type Configuration,
  type ConfiguredNode,
  EMPTY_CONFIGURATION,
} from '../configuration/configuration.ts';
import type { Group, Primitive, Resource } from '../configuration/resource.ts';
import type { Statement } from '../crm-syntax/statement.ts';
import { HoldfastError } from '../errors/holdfast-error.ts';
import { isContainer, isResource, membersOf, type ResourceStatement } from './draft-object.ts';

/** A configuration that holds the given entities in their order. */
export function configurationOf(entities: readonly Entity[]): Configuration {
  const lists = new Map<string, Entity['value'][]>();
  for (const { kind, value } of entities) {
    const name = ENTITY_LISTS[kind];
    const list = lists.get(name);
    if (list) list.push(value);
    else lists.set(name, [value]);
  }
  return { ...EMPTY_CONFIGURATION, ...Object.fromEntries(lists) };
}

/**
 * Puts the objects of a draft together: members go into their containers. `origins` gives the values of objects that
 * did not change; a resource all of whose parts are unchanged is that very value.
 * @throws HoldfastError NO_SUCH_OBJECT when a container names nothing
 */
export function buildConfiguration(
  objects: ReadonlyMap<string, Statement>,
  origins: ReadonlyMap<Statement, Resource>,
): Configuration {
  const inside = new Set<string>();
  for (const each of objects.values())
    if (isContainer(each)) for (const id of membersOf(each)) inside.add(id);
  const builder = new ResourceBuilder(objects, origins);
  const entities: Entity[] = [];
  for (const [key, each] of objects)
    if (!isResource(each)) entities.push(...plainEntities(each));
    else if (!inside.has(key)) entities.push({ kind: 'resource', value: builder.build(each) });
  return configurationOf(entities);
}

function plainEntities(statement: Exclude<Statement, ResourceStatement>): Entity[] {
  switch (statement.kind) {
    case 'node': {
      const node: ConfiguredNode = { ...statement.node, id: statement.node.id ?? statement.node.name };
      return [{ kind: 'node', value: node }];
    }
    case 'template':
      return [{ kind: 'template', value: statement.template }];
    case 'constraint':
      return [{ kind: 'constraint', value: statement.constraint }];
    case 'options':
    case 'resource-defaults':
    case 'operation-defaults':
      return [{ kind: statement.kind, value: statement.block }];
    case 'fencing-topology':
      return statement.levels.map((value) => ({ kind: 'fencing-level', value }));
    case 'tag':
      return [{ kind: 'tag', value: statement.tag }];
    case 'alert':
      return [{ kind: 'alert', value: statement.alert }];
    case 'acl':
      return [{ kind: 'acl', value: statement.acl }];
    case 'monitor':
    case 'xml':
      return [];
  }
}

class ResourceBuilder {
  readonly #objects: ReadonlyMap<string, Statement>;
  readonly #origins: ReadonlyMap<Statement, Resource>;

  constructor(objects: ReadonlyMap<string, Statement>, origins: ReadonlyMap<Statement, Resource>) {
    this.#objects = objects;
    this.#origins = origins;
  }

  build(statement: ResourceStatement): Resource {
    if (statement.kind === 'primitive') return this.#origins.get(statement) ?? statement.primitive;
    const children = membersOf(statement).map((id) => this.#child(id));
    const origin = this.#origins.get(statement);
    if (origin && sameChildren(origin, children)) return origin;
    switch (statement.kind) {
      case 'group':
        return { ...statement.group, members: children.map((each) => this.#primitive(each)) };
      case 'clone': {
        const [child] = children;
        if (child?.kind !== 'primitive' && child?.kind !== 'group')
          throw invalid(statement.clone.id, 'a clone needs a primitive or a group');
        return { ...statement.clone, child };
      }
      case 'bundle': {
        const { child: _, ...bundle } = statement.bundle;
        const [child] = children;
        return child ? { ...bundle, child: this.#primitive(child) } : bundle;
      }
    }
  }

  #child(id: string): Resource {
    const found = this.#objects.get(id);
    if (!found || !isResource(found)) throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'resource', id });
    return this.build(found);
  }

  #primitive(resource: Resource): Primitive {
    if (resource.kind !== 'primitive') throw invalid(resource.id, 'groups and bundles hold primitives only');
    return resource;
  }
}

function sameChildren(origin: Resource, children: readonly Resource[]): boolean {
  const had: readonly (Primitive | Group | undefined)[] =
    origin.kind === 'group'
      ? origin.members
      : origin.kind === 'clone' || (origin.kind === 'bundle' && origin.child)
        ? [origin.child]
        : [];
  return had.length === children.length && had.every((each, index) => each === children[index]);
}

function invalid(id: string, problem: string): HoldfastError {
  return new HoldfastError('CONFIG_INVALID', { problem: `${id}: ${problem}`, id });
}

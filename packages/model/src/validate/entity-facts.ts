import { type Entity, entityId } from '../change/entity.ts';
import type { AttributeBlock } from '../configuration/attributes.ts';
import type { RawElement } from '../configuration/configuration.ts';
import type { Constraint, ResourceSet } from '../configuration/constraint.ts';
import type { OperationDefinition, Primitive, Resource, Template } from '../configuration/resource.ts';
import type { Rule } from '../configuration/rule.ts';
import { entityText } from '../json/entity-text.ts';

/** What an id stands for. A reference accepts some of these only. */
export type IdRole =
  | 'resource'
  | 'template'
  | 'tag'
  | 'constraint'
  | 'node'
  | 'guest'
  | 'block'
  | 'pair'
  | 'rule'
  | 'operations'
  | 'operation'
  | 'set'
  | 'acl-role'
  | 'other';

export interface DefinedId {
  readonly id: string;
  readonly role: IdRole;
}

export interface Reference {
  readonly id: string;
  readonly accepts: readonly IdRole[];
  /** The object that refers, for people. */
  readonly from: string;
}

/** What one entity contributes to the checks that span entities. */
export interface EntityFacts {
  readonly ids: readonly DefinedId[];
  readonly references: readonly Reference[];
  /** Length of the entity as JSON. */
  readonly bytes: number;
}

const CACHE = new WeakMap<object, EntityFacts>();

/** The facts of an entity. Computed once per value: values never change. */
export function factsOf(entity: Entity): EntityFacts {
  const known = CACHE.get(entity.value);
  if (known) return known;
  const collector = new FactCollector(entityId(entity));
  collector.entity(entity);
  const bytes = entityText(entity).length + `{"kind":"${entity.kind}","value":}`.length;
  const facts: EntityFacts = { ids: collector.ids, references: collector.references, bytes };
  CACHE.set(entity.value, facts);
  return facts;
}

/** The key under which an id is kept: nodes and guest names have name spaces of their own, as in the CIB. */
export function idKey(id: string, role: IdRole): string {
  return role === 'node' || role === 'guest' ? `${role} ${id}` : id;
}

const RESOURCE_LIKE: readonly IdRole[] = ['resource', 'template', 'tag', 'guest'];

class FactCollector {
  readonly ids: DefinedId[] = [];
  readonly references: Reference[] = [];
  readonly #owner: string;

  constructor(owner: string) {
    this.#owner = owner;
  }

  entity(entity: Entity): void {
    switch (entity.kind) {
      case 'options':
      case 'resource-defaults':
      case 'operation-defaults':
        this.#block(entity.value);
        return;
      case 'node':
        this.#define(entity.value.id, 'node');
        this.#blocks(entity.value.attributes);
        this.#blocks(entity.value.utilization);
        return;
      case 'resource':
        this.#resource(entity.value);
        return;
      case 'template':
        this.#agent(entity.value, 'template');
        return;
      case 'constraint':
        this.#constraint(entity.value);
        return;
      case 'fencing-level':
        this.#define(entity.value.id, 'other');
        for (const device of entity.value.devices.split(','))
          this.#refer(device.trim(), ['resource', 'tag'], this.#owner);
        return;
      case 'tag':
        this.#define(entity.value.id, 'tag');
        for (const member of entity.value.members)
          this.#refer(member, [...RESOURCE_LIKE, 'constraint', 'node'], this.#owner);
        return;
      case 'alert':
        this.#raw(entity.value);
        return;
      case 'acl':
        this.#acl(entity.value);
        return;
    }
  }

  #define(id: string | undefined, role: IdRole): void {
    if (id !== undefined) this.ids.push({ id, role });
  }

  #refer(id: string | undefined, accepts: readonly IdRole[], from: string): void {
    if (id !== undefined) this.references.push({ id, accepts, from });
  }

  #resource(resource: Resource): void {
    if (resource.kind === 'primitive') {
      this.#agent(resource, 'resource');
      return;
    }
    this.#define(resource.id, 'resource');
    this.#blocks(resource.params);
    this.#blocks(resource.meta);
    if (resource.kind === 'group') for (const member of resource.members) this.#agent(member, 'resource');
    else if (resource.kind === 'clone') this.#resource(resource.child);
    else {
      for (const mapping of [...(resource.network?.portMappings ?? []), ...resource.storage])
        this.#define(mapping.id, 'other');
      if (resource.child) this.#agent(resource.child, 'resource');
    }
  }

  #agent(primitive: Primitive | Template, role: IdRole): void {
    this.#define(primitive.id, role);
    if (primitive.kind === 'primitive') this.#refer(primitive.template, ['template'], primitive.id);
    this.#blocks(primitive.params);
    this.#blocks(primitive.meta);
    this.#blocks(primitive.utilization);
    this.#define(primitive.operationsContainer?.id, 'operations');
    this.#refer(primitive.operationsContainer?.idRef, ['operations', 'resource', 'template'], primitive.id);
    for (const operation of primitive.operations) this.#operation(operation, primitive.id);
    for (const block of primitive.meta)
      for (const pair of block.pairs)
        if (pair.name === 'remote-node' && pair.value) this.#define(pair.value, 'guest');
  }

  #operation(operation: OperationDefinition, owner: string): void {
    this.#define(operation.id, 'operation');
    this.#refer(operation.idRef, ['operation'], owner);
    this.#blocks(operation.params);
    this.#blocks(operation.meta);
  }

  #blocks(blocks: readonly AttributeBlock[]): void {
    for (const block of blocks) this.#block(block);
  }

  #block(block: AttributeBlock): void {
    this.#define(block.id, 'block');
    this.#refer(block.idRef, ['block'], this.#owner);
    this.#rules(block.rules);
    for (const pair of block.pairs) {
      this.#define(pair.id, 'pair');
      this.#refer(pair.idRef, ['pair'], this.#owner);
    }
  }

  #rules(rules: readonly Rule[]): void {
    for (const rule of rules) {
      this.#define(rule.id, 'rule');
      this.#refer(rule.idRef, ['rule'], this.#owner);
      for (const expression of rule.expressions)
        if (expression.kind === 'rule') this.#rules([expression]);
        else this.#define(expression.id, 'other');
    }
  }

  #constraint(constraint: Constraint): void {
    this.#define(constraint.id, 'constraint');
    const named =
      constraint.kind === 'order'
        ? [constraint.first, constraint.then]
        : constraint.kind === 'colocation'
          ? [constraint.resource, constraint.withResource]
          : [constraint.resource];
    for (const id of named) this.#refer(id, RESOURCE_LIKE, constraint.id);
    this.#sets(constraint.sets, constraint.id);
    if (constraint.kind === 'location') this.#rules(constraint.rules);
    if (constraint.kind !== 'ticket') this.#rules(constraint.lifetime ?? []);
  }

  #sets(sets: readonly ResourceSet[], owner: string): void {
    for (const set of sets) {
      this.#define(set.id, 'set');
      this.#refer(set.idRef, ['set'], owner);
      for (const member of set.members) this.#refer(member, RESOURCE_LIKE, owner);
    }
  }

  #raw(element: RawElement): void {
    this.#define(element.attributes.id, 'other');
    for (const child of element.children) this.#raw(child);
  }

  /** In ACLs a `role` inside a target or group names a role; everything else with an id defines it. */
  #acl(element: RawElement): void {
    const isRole = element.name === 'acl_role';
    this.#define(element.attributes.id, isRole ? 'acl-role' : 'other');
    for (const child of element.children)
      if (child.name === 'role' || child.name === 'role_ref')
        this.#refer(child.attributes.id, ['acl-role'], this.#owner);
      else this.#raw(child);
  }
}

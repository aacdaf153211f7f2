import type { AttributeBlock } from '../configuration/attributes.ts';
import type {
  Configuration,
  ConfiguredNode,
  FencingLevel,
  RawElement,
  Tag,
} from '../configuration/configuration.ts';
import type { Constraint } from '../configuration/constraint.ts';
import type { Resource, Template } from '../configuration/resource.ts';

/** The value each kind of entity holds. */
export interface EntityValues {
  readonly options: AttributeBlock;
  readonly node: ConfiguredNode;
  readonly resource: Resource;
  readonly template: Template;
  readonly constraint: Constraint;
  readonly 'resource-defaults': AttributeBlock;
  readonly 'operation-defaults': AttributeBlock;
  readonly 'fencing-level': FencingLevel;
  readonly tag: Tag;
  readonly alert: RawElement;
  readonly acl: RawElement;
}

/** The kinds of entities a configuration consists of. */
export type EntityKind = keyof EntityValues;

/**
 * The unit of change: one top-level object of the configuration with everything inside it. A resource's members
 * belong to it, so that changing a group is one change with one revision.
 */
export type Entity = {
  [K in EntityKind]: { readonly kind: K; readonly value: EntityValues[K] };
}[EntityKind];

/** Identifies an entity: `kind/id`. */
export type EntityKey = `${EntityKind}/${string}`;

/** Where in `Configuration` the entities of each kind are. */
export const ENTITY_LISTS = {
  options: 'options',
  node: 'nodes',
  template: 'templates',
  resource: 'resources',
  constraint: 'constraints',
  'resource-defaults': 'resourceDefaults',
  'operation-defaults': 'operationDefaults',
  'fencing-level': 'fencingTopology',
  tag: 'tags',
  alert: 'alerts',
  acl: 'acls',
} as const satisfies Record<EntityKind, keyof Configuration>;

/** All kinds, in the order in which a change lists them. */
export const ENTITY_KINDS = Object.keys(ENTITY_LISTS) as readonly EntityKind[];

/** The id an entity is known by. Blocks and levels that were given no id get one from what they say. */
export function entityId(entity: Entity): string {
  switch (entity.kind) {
    case 'options':
    case 'resource-defaults':
    case 'operation-defaults':
      return entity.value.id ?? `ref:${entity.value.idRef ?? ''}`;
    case 'fencing-level':
      return entity.value.id ?? levelId(entity.value);
    case 'alert':
    case 'acl':
      return entity.value.attributes.id ?? '';
    default:
      return entity.value.id;
  }
}

/** The key of an entity. */
export function entityKey(entity: Entity): EntityKey {
  return `${entity.kind}/${entityId(entity)}`;
}

/** All entities of a configuration, by kind and in their order. */
export function entitiesOf(configuration: Configuration): Entity[] {
  const entities: Entity[] = [];
  for (const kind of ENTITY_KINDS)
    for (const value of configuration[ENTITY_LISTS[kind]]) entities.push({ kind, value } as Entity);
  return entities;
}

function levelId(level: FencingLevel): string {
  const target =
    level.target ?? level.targetPattern ?? `${level.targetAttribute ?? ''}=${level.targetValue ?? ''}`;
  return `level:${target}:${level.index}`;
}

import type { Entity } from '../change/entity.ts';
import type { AttributeBlock } from '../configuration/attributes.ts';
import type { ConfiguredNode, FencingLevel, RawElement, Tag } from '../configuration/configuration.ts';
import type { Constraint } from '../configuration/constraint.ts';
import type {
  Bundle,
  Clone,
  Group,
  OperationDefinition,
  Primitive,
  Template,
} from '../configuration/resource.ts';
import type { TextPosition } from '../errors/holdfast-error.ts';

/** A node as written: the id may be missing, then it is the name. */
export type WrittenNode = Omit<ConfiguredNode, 'id'> & { readonly id?: string };

/** A group as written: its members are named, not contained. */
export type WrittenGroup = Omit<Group, 'members'> & { readonly members: readonly string[] };

/** A clone as written: the resource it multiplies is named. */
export type WrittenClone = Omit<Clone, 'child'> & { readonly child: string };

/** A bundle as written: the resource inside is named. */
export type WrittenBundle = Omit<Bundle, 'child'> & { readonly child?: string };

/** One statement of the configuration language. Ids inside an object are there only if they were written. */
export type Statement =
  | { readonly kind: 'node'; readonly node: WrittenNode }
  | { readonly kind: 'primitive'; readonly primitive: Primitive }
  | { readonly kind: 'template'; readonly template: Template }
  | { readonly kind: 'group'; readonly group: WrittenGroup }
  | { readonly kind: 'clone'; readonly clone: WrittenClone }
  | { readonly kind: 'bundle'; readonly bundle: WrittenBundle }
  | { readonly kind: 'monitor'; readonly resource: string; readonly operation: OperationDefinition }
  | { readonly kind: 'constraint'; readonly constraint: Constraint }
  | {
      readonly kind: 'options' | 'resource-defaults' | 'operation-defaults';
      readonly block: AttributeBlock;
    }
  | { readonly kind: 'fencing-topology'; readonly levels: readonly FencingLevel[] }
  | { readonly kind: 'tag'; readonly tag: Tag }
  | { readonly kind: 'alert'; readonly alert: RawElement }
  | { readonly kind: 'acl'; readonly acl: RawElement }
  /** An element given as XML, members included. */
  | { readonly kind: 'xml'; readonly entities: readonly Entity[] };

/** A statement with its place in the text. */
export interface ParsedStatement {
  readonly statement: Statement;
  readonly position: TextPosition;
}

/** The id of the object a statement is about; undefined where the statement named none. */
export function statementId(statement: Statement): string | undefined {
  switch (statement.kind) {
    case 'node':
      return statement.node.id ?? statement.node.name;
    case 'primitive':
      return statement.primitive.id;
    case 'template':
      return statement.template.id;
    case 'group':
      return statement.group.id;
    case 'clone':
      return statement.clone.id;
    case 'bundle':
      return statement.bundle.id;
    case 'monitor':
      return statement.resource;
    case 'constraint':
      return statement.constraint.id;
    case 'options':
    case 'resource-defaults':
    case 'operation-defaults':
      return statement.block.id;
    case 'fencing-topology':
      return 'fencing_topology';
    case 'tag':
      return statement.tag.id;
    case 'alert':
      return statement.alert.attributes.id;
    case 'acl':
      return statement.acl.attributes.id;
    case 'xml':
      return undefined;
  }
}

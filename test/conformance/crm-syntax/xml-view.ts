import { type Entity, formatEntity, readXml, type Statement, type XmlOutput } from '@holdfast/model';

/** An element as far as comparisons see it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
}

/** Reads a text into elements. */
export function readElement(text: string): Element {
  return readXml(text);
}

/** A statement as the element crmsh would make of it: members of groups and clones appear as `crmsh-ref`. */
export function statementElement(statement: Statement): Element {
  switch (statement.kind) {
    case 'node':
      return dropEmptyId(
        entityElement({ kind: 'node', value: { ...statement.node, id: statement.node.id ?? '' } }),
      );
    case 'primitive':
      return entityElement({ kind: 'resource', value: statement.primitive });
    case 'template':
      return entityElement({ kind: 'template', value: statement.template });
    case 'group': {
      const { members, ...group } = statement.group;
      return withRefs(entityElement({ kind: 'resource', value: { ...group, members: [] } }), members);
    }
    case 'clone': {
      const { child, ...clone } = statement.clone;
      const empty = { kind: 'group', id: '', params: [], meta: [], members: [] } as const;
      const element = entityElement({ kind: 'resource', value: { ...clone, child: empty } });
      const children = element.children.filter((each) => each.name !== 'group');
      return withRefs({ ...element, name: clone.legacyMaster ? 'master' : 'clone', children }, [child]);
    }
    case 'bundle': {
      const { child, ...bundle } = statement.bundle;
      return withRefs(entityElement({ kind: 'resource', value: bundle }), child === undefined ? [] : [child]);
    }
    case 'monitor': {
      const attributes = { name: 'monitor', rsc: statement.resource, ...statement.operation.attributes };
      return { name: 'op', attributes, children: [] };
    }
    case 'constraint':
      return entityElement({ kind: 'constraint', value: statement.constraint });
    case 'options':
    case 'resource-defaults':
    case 'operation-defaults':
      return entityElement({ kind: statement.kind, value: statement.block });
    case 'fencing-topology':
      return {
        name: 'fencing-topology',
        attributes: {},
        children: statement.levels.map((value) => entityElement({ kind: 'fencing-level', value })),
      };
    case 'tag':
      return entityElement({ kind: 'tag', value: statement.tag });
    case 'alert':
      return entityElement({ kind: 'alert', value: statement.alert });
    case 'acl':
      return entityElement({ kind: 'acl', value: statement.acl });
    case 'xml':
      return entityElement(statement.entities[0] as Entity);
  }
}

/** Replaces resources inside groups, clones and bundles by references, as statements name them. */
export function membersAsRefs(element: Element): Element {
  if (!['group', 'clone', 'master', 'bundle'].includes(element.name)) return element;
  const children = element.children.map((child) =>
    ['primitive', 'group'].includes(child.name)
      ? { name: 'crmsh-ref', attributes: { id: child.attributes.id ?? '' }, children: [] }
      : child,
  );
  return { ...element, children };
}

export interface CompareOptions {
  /** Ignore ids of everything but the object itself. */
  readonly ignoreInnerIds?: boolean;
}

/** A text equal for equal elements: attributes sorted, blocks of different kinds in one order. */
export function canonical(element: Element, options: CompareOptions = {}, top = true): string {
  const kept = Object.entries(element.attributes).filter(
    ([name]) => name !== 'id' || top || !options.ignoreInnerIds || isReference(element),
  );
  const attributes = kept
    .filter(([name, value]) => !isAssumed(element, name, value))
    .map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
    .sort();
  const children = element.children
    .filter(
      (child) =>
        child.name !== 'operations' ||
        child.children.length > 0 ||
        'id-ref' in child.attributes ||
        'id' in child.attributes,
    )
    .map((child, index) => ({ child, index }))
    .sort((a, b) => (a.child.name < b.child.name ? -1 : a.child.name > b.child.name ? 1 : a.index - b.index))
    .map(({ child }) => canonical(child, options, false));
  return `<${element.name}${attributes.join('')}>${children.join('')}</>`;
}

function isReference(element: Element): boolean {
  return [
    'resource_ref',
    'obj_ref',
    'crmsh-ref',
    'role',
    'operations',
    'port-mapping',
    'storage-mapping',
  ].includes(element.name);
}

/** What is assumed when nothing is written. */
function isAssumed(element: Element, name: string, value: string): boolean {
  if (element.name === 'expression' && name === 'type') {
    const { operation, value: compared = '' } = element.attributes;
    return value === 'string' && (operation === 'eq' || operation === 'ne' || !/^\d+$/.test(compared));
  }
  if (name === 'sequential' && value === 'true') return true;
  return (
    element.name === 'rule' &&
    ((name === 'boolean-op' && value === 'and') || (name === 'score' && value === 'INFINITY'))
  );
}

function entityElement(entity: Entity): Element {
  return plain(formatEntity(entity));
}

function plain(output: XmlOutput): Element {
  const attributes = Object.entries(output.attributes).filter(([, value]) => value !== undefined);
  return {
    name: output.name,
    attributes: Object.fromEntries(attributes.map(([name, value]) => [name, String(value)])),
    children: output.children.map(plain),
  };
}

function withRefs(element: Element, ids: readonly string[]): Element {
  const refs = ids.map((id) => ({ name: 'crmsh-ref', attributes: { id }, children: [] }));
  return { ...element, children: [...element.children, ...refs] };
}

function dropEmptyId(element: Element): Element {
  const { id, ...attributes } = element.attributes;
  return id === '' ? { ...element, attributes } : element;
}

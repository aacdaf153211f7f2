import type {
  Bundle,
  Clone,
  Group,
  OperationDefinition,
  Primitive,
  Resource,
  Template,
} from '../configuration/resource.ts';
import { HoldfastError } from '../errors/holdfast-error.ts';
import { LIMITS } from '../limits.ts';
import {
  childOf,
  childrenOf,
  invalid,
  pick,
  type ReadContext,
  required,
  warnOfUnknown,
  without,
} from './element-reader.ts';
import { readBlocks } from './read-rules.ts';
import { readSectionOrder } from './section-order.ts';
import { positionOf, type XmlElement } from './xml-element.ts';

/** Reads the `resources` section: resources and templates, each in document order. */
export function readResources(
  context: ReadContext,
  section: XmlElement,
): { resources: Resource[]; templates: Template[] } {
  const resources: Resource[] = [];
  const templates: Template[] = [];
  boundPrimitives(context, section, { count: 0 });
  for (const child of section.children) {
    if (child.name === 'template') templates.push(readTemplate(context, child));
    else {
      const resource = readResource(context, child);
      if (resource === undefined) context.warn(child, `${child.name} is not a resource and is left out`);
      else resources.push(resource);
    }
  }
  return { resources, templates };
}

/** Each takes time and memory on every node, some hundred times what its text takes. @throws HoldfastError XML_LIMIT */
function boundPrimitives(context: ReadContext, element: XmlElement, seen: { count: number }): void {
  for (const child of element.children) {
    if (child.name === 'primitive' && ++seen.count > LIMITS.primitives) {
      const details = { limit: LIMITS.primitives, what: 'resources' };
      throw new HoldfastError('XML_LIMIT', details, positionOf(child, context.source));
    }
    if (child.children.length > 0 && child.name !== 'primitive') boundPrimitives(context, child, seen);
  }
}

function readResource(context: ReadContext, element: XmlElement): Resource | undefined {
  switch (element.name) {
    case 'primitive':
      return readPrimitive(context, element);
    case 'group':
      return readGroup(context, element);
    case 'clone':
      return readClone(context, element);
    case 'bundle':
      return readBundle(context, element);
    default:
      return undefined;
  }
}

function readBase(context: ReadContext, element: XmlElement) {
  return {
    id: required(context, element, 'id'),
    ...pick(element, { description: 'description' }),
    meta: readBlocks(context, element, 'meta_attributes'),
    params: readBlocks(context, element, 'instance_attributes'),
    ...readSectionOrder(element),
  };
}

const PRIMITIVE_CHILDREN = new Set(['meta_attributes', 'instance_attributes', 'utilization', 'operations']);

function readDefinition(context: ReadContext, element: XmlElement) {
  const container = childOf(element, 'operations');
  const containerIds = container && pick(container, { id: 'id', idRef: 'id-ref' });
  warnOfUnknown(context, element, PRIMITIVE_CHILDREN);
  return {
    ...readBase(context, element),
    ...pick(element, { class: 'class', provider: 'provider', type: 'type' }),
    utilization: readBlocks(context, element, 'utilization'),
    operations: container ? childrenOf(container, 'op').map((op) => readOperation(context, op)) : [],
    ...(containerIds && Object.keys(containerIds).length > 0 ? { operationsContainer: containerIds } : {}),
  };
}

function readPrimitive(context: ReadContext, element: XmlElement): Primitive {
  const { template } = element.attributes;
  const primitive: Primitive = {
    kind: 'primitive',
    ...readDefinition(context, element),
    ...(template === undefined ? {} : { template }),
  };
  if (template === undefined && (primitive.class === undefined || primitive.type === undefined)) {
    throw invalid(context, element, `primitive ${primitive.id} needs a class and a type, or a template`);
  }
  return primitive;
}

function readTemplate(context: ReadContext, element: XmlElement): Template {
  return { kind: 'template', ...readDefinition(context, element) };
}

function readOperation(context: ReadContext, element: XmlElement): OperationDefinition {
  return {
    ...pick(element, { id: 'id', idRef: 'id-ref', name: 'name' }),
    attributes: without(element, 'id', 'id-ref', 'name'),
    params: readBlocks(context, element, 'instance_attributes'),
    meta: readBlocks(context, element, 'meta_attributes'),
    ...readSectionOrder(element),
  };
}

function readGroup(context: ReadContext, element: XmlElement): Group {
  warnOfUnknown(context, element, new Set(['meta_attributes', 'instance_attributes', 'primitive']));
  const members = childrenOf(element, 'primitive').map((member) => readPrimitive(context, member));
  return { kind: 'group', ...readBase(context, element), members };
}

function readClone(context: ReadContext, element: XmlElement): Clone {
  warnOfUnknown(context, element, new Set(['meta_attributes', 'instance_attributes', 'primitive', 'group']));
  const child = element.children.find(({ name }) => name === 'primitive' || name === 'group');
  if (child === undefined)
    throw invalid(context, element, `${element.name} ${element.attributes['id']} holds no resource`);
  return {
    kind: 'clone',
    ...readBase(context, element),
    child: child.name === 'group' ? readGroup(context, child) : readPrimitive(context, child),
  };
}

const RUNTIMES = ['docker', 'podman', 'rkt'] as const;

function readBundle(context: ReadContext, element: XmlElement): Bundle {
  const runtime = RUNTIMES.find((name) => childOf(element, name) !== undefined);
  const container = runtime && childOf(element, runtime);
  if (runtime === undefined || container === undefined) {
    throw invalid(context, element, `bundle ${element.attributes['id']} has no container of a known kind`);
  }
  const network = childOf(element, 'network');
  const storage = childOf(element, 'storage');
  const child = childOf(element, 'primitive');
  return {
    kind: 'bundle',
    ...readBase(context, element),
    container: { runtime, attributes: without(container) },
    ...(network
      ? {
          network: {
            attributes: without(network),
            portMappings: childrenOf(network, 'port-mapping').map((mapping) => without(mapping)),
          },
        }
      : {}),
    storage: storage ? childrenOf(storage, 'storage-mapping').map((mapping) => without(mapping)) : [],
    ...(child ? { child: readPrimitive(context, child) } : {}),
  };
}

import type {
  Bundle,
  OperationDefinition,
  Primitive,
  Resource,
  Template,
} from '../configuration/resource.ts';
import { inWrittenOrder } from '../configuration/section-order.ts';
import { formatBlocks } from './format-rules.ts';
import { type XmlOutput, xml } from './format-xml.ts';

export function formatTemplate(template: Template): XmlOutput {
  const { id, description, class: standard, provider, type } = template;
  return xml('template', { id, class: standard, provider, type, description }, formatDefinition(template));
}

export function formatResource(resource: Resource): XmlOutput {
  switch (resource.kind) {
    case 'primitive': {
      const { id, description, class: standard, provider, type, template } = resource;
      const attributes = { id, class: standard, provider, type, template, description };
      return xml('primitive', attributes, formatDefinition(resource));
    }
    case 'group':
      return formatCollective(resource, resource.members.map(formatResource));
    case 'clone':
      return formatCollective(resource, [formatResource(resource.child)]);
    case 'bundle':
      return formatBundle(resource);
  }
}

function formatCollective(resource: Exclude<Resource, Primitive>, children: readonly XmlOutput[]): XmlOutput {
  return xml(resource.kind, { id: resource.id, description: resource.description }, [
    ...inWrittenOrder(resource.sectionOrder, {
      meta: formatBlocks('meta_attributes', resource.meta),
      params: formatBlocks('instance_attributes', resource.params),
    }),
    ...children,
  ]);
}

function formatDefinition(definition: Primitive | Template): XmlOutput[] {
  const { operations, operationsContainer } = definition;
  const container = xml(
    'operations',
    { id: operationsContainer?.id, 'id-ref': operationsContainer?.idRef },
    operations.map(formatOperation),
  );
  return inWrittenOrder(definition.sectionOrder, {
    params: formatBlocks('instance_attributes', definition.params),
    meta: formatBlocks('meta_attributes', definition.meta),
    utilization: formatBlocks('utilization', definition.utilization),
    operations: operations.length > 0 || operationsContainer ? [container] : [],
  });
}

function formatOperation(operation: OperationDefinition): XmlOutput {
  const { id, idRef, name, attributes, params, meta } = operation;
  const blocks = inWrittenOrder(operation.sectionOrder, {
    params: formatBlocks('instance_attributes', params),
    meta: formatBlocks('meta_attributes', meta),
  });
  return xml('op', { id, 'id-ref': idRef, name, ...attributes }, blocks);
}

function formatBundle(bundle: Bundle): XmlOutput {
  const { container, network, storage, child } = bundle;
  return formatCollective(bundle, [
    xml(container.runtime, container.attributes),
    ...(network
      ? [
          xml(
            'network',
            network.attributes,
            network.portMappings.map((mapping) => xml('port-mapping', mapping)),
          ),
        ]
      : []),
    ...(storage.length > 0
      ? [
          xml(
            'storage',
            {},
            storage.map((mapping) => xml('storage-mapping', mapping)),
          ),
        ]
      : []),
    ...(child ? [formatResource(child)] : []),
  ]);
}

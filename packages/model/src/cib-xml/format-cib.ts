import type { Entity } from '../change/entity.ts';
import type {
  Configuration,
  ConfiguredNode,
  FencingLevel,
  RawElement,
  Tag,
} from '../configuration/configuration.ts';
import { inWrittenOrder } from '../configuration/section-order.ts';
import type { ClusterInformation } from '../status/cluster-information.ts';
import { formatConstraint } from './format-constraints.ts';
import { formatResource, formatTemplate } from './format-resources.ts';
import { formatBlocks } from './format-rules.ts';
import { formatStatus } from './format-status.ts';
import { formatXml, type XmlOutput, xml } from './format-xml.ts';

/**
 * Prints a whole CIB. Reading the result with `parseCib` gives equal information. The text is in the newest
 * schema's terms, or in those of pacemaker-3.10 if a constraint has a `lifetime`.
 */
export function formatCib(information: ClusterInformation): string {
  const { header, configuration, status } = information;
  const lifetime = configuration.constraints.some(
    (item) => item.kind !== 'ticket' && item.lifetime !== undefined,
  );
  const attributes = lifetime ? { ...header, 'validate-with': 'pacemaker-3.10' } : header;
  return formatXml(xml('cib', attributes, [formatConfiguration(configuration), formatStatus(status)]));
}

function formatConfiguration(configuration: Configuration): XmlOutput {
  const { options, templates, resources, constraints, resourceDefaults, operationDefaults, tags } =
    configuration;
  const levels = configuration.fencingTopology.map(formatLevel);
  return xml('configuration', {}, [
    xml('crm_config', {}, formatBlocks('cluster_property_set', options)),
    xml('nodes', {}, configuration.nodes.map(formatNode)),
    xml('resources', {}, [...templates.map(formatTemplate), ...resources.map(formatResource)]),
    xml('constraints', {}, constraints.map(formatConstraint)),
    ...section('fencing-topology', levels),
    ...section('rsc_defaults', formatBlocks('meta_attributes', resourceDefaults)),
    ...section('op_defaults', formatBlocks('meta_attributes', operationDefaults)),
    ...section('alerts', configuration.alerts.map(formatRaw)),
    ...section('acls', configuration.acls.map(formatRaw)),
    ...section('tags', tags.map(formatTag)),
  ]);
}

function section(name: string, children: readonly XmlOutput[]): XmlOutput[] {
  return children.length === 0 ? [] : [xml(name, {}, children)];
}

/** Prints one entity as the element it is in a CIB. */
export function formatEntity(entity: Entity): XmlOutput {
  switch (entity.kind) {
    case 'options':
      return formatBlocks('cluster_property_set', [entity.value])[0] as XmlOutput;
    case 'resource-defaults':
      return xml('rsc_defaults', {}, formatBlocks('meta_attributes', [entity.value]));
    case 'operation-defaults':
      return xml('op_defaults', {}, formatBlocks('meta_attributes', [entity.value]));
    case 'node':
      return formatNode(entity.value);
    case 'resource':
      return formatResource(entity.value);
    case 'template':
      return formatTemplate(entity.value);
    case 'constraint':
      return formatConstraint(entity.value);
    case 'fencing-level':
      return formatLevel(entity.value);
    case 'tag':
      return formatTag(entity.value);
    case 'alert':
    case 'acl':
      return formatRaw(entity.value);
  }
}

function formatLevel(level: FencingLevel): XmlOutput {
  return xml('fencing-level', {
    id: level.id,
    target: level.target,
    'target-pattern': level.targetPattern,
    'target-attribute': level.targetAttribute,
    'target-value': level.targetValue,
    index: level.index,
    devices: level.devices,
  });
}

function formatTag(tag: Tag): XmlOutput {
  return xml(
    'tag',
    { id: tag.id },
    tag.members.map((id) => xml('obj_ref', { id })),
  );
}

function formatNode(node: ConfiguredNode): XmlOutput {
  const { id, name, type, description, score } = node;
  const blocks = inWrittenOrder(node.sectionOrder, {
    params: formatBlocks('instance_attributes', node.attributes),
    utilization: formatBlocks('utilization', node.utilization),
  });
  return xml('node', { id, uname: name, type, description, score }, blocks);
}

function formatRaw(element: RawElement): XmlOutput {
  const { name, attributes, children, text } = element;
  return { name, attributes, children: children.map(formatRaw), ...(text === undefined ? {} : { text }) };
}

import type { Configuration, ConfiguredNode, RawElement } from '../configuration/configuration.ts';
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
  const levels = configuration.fencingTopology.map((level) =>
    xml('fencing-level', {
      id: level.id,
      target: level.target,
      'target-pattern': level.targetPattern,
      'target-attribute': level.targetAttribute,
      'target-value': level.targetValue,
      index: level.index,
      devices: level.devices,
    }),
  );
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
    ...section(
      'tags',
      tags.map((tag) =>
        xml(
          'tag',
          { id: tag.id },
          tag.members.map((id) => xml('obj_ref', { id })),
        ),
      ),
    ),
  ]);
}

function section(name: string, children: readonly XmlOutput[]): XmlOutput[] {
  return children.length === 0 ? [] : [xml(name, {}, children)];
}

function formatNode(node: ConfiguredNode): XmlOutput {
  const { id, name, type, description, score } = node;
  return xml('node', { id, uname: name, type, description, score }, [
    ...formatBlocks('instance_attributes', node.attributes),
    ...formatBlocks('utilization', node.utilization),
  ]);
}

function formatRaw(element: RawElement): XmlOutput {
  const { name, attributes, children, text } = element;
  return { name, attributes, children: children.map(formatRaw), ...(text === undefined ? {} : { text }) };
}

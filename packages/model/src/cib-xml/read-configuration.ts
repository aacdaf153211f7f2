import type {
  Configuration,
  ConfiguredNode,
  FencingLevel,
  RawElement,
  Tag,
} from '../configuration/configuration.ts';
import {
  childOf,
  childrenOf,
  pick,
  type ReadContext,
  required,
  warnOfUnknown,
  without,
} from './element-reader.ts';
import { readConstraints } from './read-constraints.ts';
import { readResources } from './read-resources.ts';
import { readBlocks } from './read-rules.ts';
import { readSectionOrder } from './section-order.ts';
import { makeElement, type XmlElement } from './xml-element.ts';

const SECTIONS = new Set([
  'crm_config',
  'nodes',
  'resources',
  'constraints',
  'rsc_defaults',
  'op_defaults',
  'fencing-topology',
  'tags',
  'alerts',
  'acls',
]);

/** Reads the `configuration` section. A section that is missing is empty. */
export function readConfiguration(context: ReadContext, element: XmlElement): Configuration {
  warnOfUnknown(context, element, SECTIONS);
  const section = (name: string) => childOf(element, name) ?? makeElement(name);
  return {
    options: readBlocks(context, section('crm_config'), 'cluster_property_set'),
    nodes: childrenOf(section('nodes'), 'node').map((node) => readNode(context, node)),
    ...readResources(context, section('resources')),
    constraints: readConstraints(context, section('constraints')),
    resourceDefaults: readBlocks(context, section('rsc_defaults'), 'meta_attributes'),
    operationDefaults: readBlocks(context, section('op_defaults'), 'meta_attributes'),
    fencingTopology: childrenOf(section('fencing-topology'), 'fencing-level').map((level) =>
      readLevel(context, level),
    ),
    tags: childrenOf(section('tags'), 'tag').map((tag) => readTag(context, tag)),
    alerts: section('alerts').children.map(readRaw),
    acls: section('acls').children.map(readRaw),
  };
}

function readNode(context: ReadContext, element: XmlElement): ConfiguredNode {
  const id = required(context, element, 'id');
  return {
    id,
    name: element.attributes['uname'] ?? id,
    ...pick(element, { type: 'type', description: 'description', score: 'score' }),
    attributes: readBlocks(context, element, 'instance_attributes'),
    utilization: readBlocks(context, element, 'utilization'),
    ...readSectionOrder(element),
  };
}

function readLevel(context: ReadContext, element: XmlElement): FencingLevel {
  return {
    index: required(context, element, 'index'),
    devices: required(context, element, 'devices'),
    ...pick(element, {
      id: 'id',
      target: 'target',
      targetPattern: 'target-pattern',
      targetAttribute: 'target-attribute',
      targetValue: 'target-value',
    }),
  };
}

function readTag(context: ReadContext, element: XmlElement): Tag {
  const members = childrenOf(element, 'obj_ref').map((member) => required(context, member, 'id'));
  return { id: required(context, element, 'id'), members };
}

/** Keeps an element as it is. */
export function readRaw(element: XmlElement): RawElement {
  return {
    name: element.name,
    attributes: without(element),
    children: element.children.map(readRaw),
    ...(element.text === '' ? {} : { text: element.text }),
  };
}

import { type Entity, entitiesOf } from '../change/entity.ts';
import { HoldfastError } from '../errors/holdfast-error.ts';
import type { ReadContext } from './element-reader.ts';
import { readConfiguration } from './read-configuration.ts';
import { upgradeCib } from './upgrade/upgrade-cib.ts';
import { makeElement, positionOf, readXml, type XmlElement } from './xml-element.ts';

/** The section of a CIB each element stands in. */
const SECTIONS: Readonly<Record<string, string>> = {
  cluster_property_set: 'crm_config',
  node: 'nodes',
  primitive: 'resources',
  template: 'resources',
  group: 'resources',
  clone: 'resources',
  master: 'resources',
  bundle: 'resources',
  rsc_location: 'constraints',
  rsc_colocation: 'constraints',
  rsc_order: 'constraints',
  rsc_ticket: 'constraints',
  meta_attributes: 'rsc_defaults',
  'fencing-level': 'fencing-topology',
  tag: 'tags',
  alert: 'alerts',
  acl_role: 'acls',
  acl_target: 'acls',
  acl_group: 'acls',
};
const WHOLE_SECTIONS = new Set(['rsc_defaults', 'op_defaults', 'fencing-topology', 'tags', 'crm_config']);

/**
 * Reads one element of a configuration, or a section that holds several, into entities. Old forms are upgraded,
 * unless `upgrade` is false.
 * @throws HoldfastError XML_SYNTAX, XML_LIMIT or CIB_INVALID
 */
export function readEntities(
  input: string | XmlElement,
  options: { readonly upgrade?: boolean } = {},
): Entity[] {
  const element = typeof input === 'string' ? readXml(input) : input;
  const context: ReadContext = {
    warn: (at, problem) => {
      throw new HoldfastError('CIB_INVALID', { problem }, positionOf(at));
    },
  };
  const section = Object.hasOwn(SECTIONS, element.name) ? SECTIONS[element.name] : undefined;
  if (section === undefined && !WHOLE_SECTIONS.has(element.name))
    throw new HoldfastError('CIB_INVALID', { problem: `${element.name} is no object` }, positionOf(element));
  const configuration = makeElement('configuration', {}, [
    section === undefined ? element : makeElement(section, {}, [element]),
  ]);
  const root = makeElement('cib', { 'validate-with': 'pacemaker-3.9' }, [configuration]);
  // What an upgrade leaves out (a pair given twice) is not worth a refusal.
  if (options.upgrade !== false) upgradeCib({ warn: () => undefined }, root);
  return entitiesOf(readConfiguration(context, configuration));
}

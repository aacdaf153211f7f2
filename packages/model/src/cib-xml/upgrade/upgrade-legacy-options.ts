import { childOf, childrenOf } from '../element-reader.ts';
import { makeElement, type XmlElement } from '../xml-element.ts';
import { pairBlock } from './pair-block.ts';

/** Cluster options before 3.0 that became defaults of resources or operations. */
const MOVED_OPTIONS: Readonly<Record<string, { section: 'rsc_defaults' | 'op_defaults'; name: string }>> = {
  'default-resource-stickiness': { section: 'rsc_defaults', name: 'resource-stickiness' },
  'default-migration-threshold': { section: 'rsc_defaults', name: 'migration-threshold' },
  'is-managed-default': { section: 'rsc_defaults', name: 'is-managed' },
  'default-action-timeout': { section: 'op_defaults', name: 'timeout' },
};
const DROPPED_OPTIONS = new Set(['expected-quorum-votes', 'crmd-transition-delay', 'remove-after-stop']);

/** Meta-attributes before 3.0 that were written with underscores. */
const META_NAMES = new Set([
  'target-role',
  'is-managed',
  'multiple-active',
  'resource-stickiness',
  'migration-threshold',
  'failure-timeout',
  'allow-migrate',
  'clone-max',
  'clone-node-max',
  'master-max',
  'master-node-max',
  'globally-unique',
]);

/** Parameters of fence devices before 3.0. */
const FENCE_PARAMETERS: Readonly<Record<string, string>> = {
  pcmk_arg_map: 'pcmk_host_argument',
  pcmk_list_cmd: 'pcmk_list_action',
  pcmk_monitor_cmd: 'pcmk_monitor_action',
  pcmk_status_cmd: 'pcmk_status_action',
  pcmk_poweroff_action: 'pcmk_off_action',
};

/** Upgrades names and places of options of schemas before pacemaker-3.0. */
export function upgradeLegacyOptions(configuration: XmlElement): void {
  const options = childOf(configuration, 'crm_config');
  for (const set of options ? childrenOf(options, 'cluster_property_set') : []) {
    for (const pair of childrenOf(set, 'nvpair')) {
      const name = pair.attributes['name'];
      if (name !== undefined && !name.startsWith('#')) pair.attributes['name'] = name.replaceAll('_', '-');
    }
    set.children = set.children.filter((pair) => !moveOption(configuration, pair));
  }
  const resources = childOf(configuration, 'resources');
  if (resources !== undefined) upgradeResource(resources);
}

function moveOption(configuration: XmlElement, pair: XmlElement): boolean {
  const { name, value } = pair.attributes;
  if (pair.name !== 'nvpair' || name === undefined) return false;
  if (DROPPED_OPTIONS.has(name)) return true;
  const target = MOVED_OPTIONS[name];
  if (target === undefined || value === undefined) return false;
  let section = childOf(configuration, target.section);
  if (section === undefined) {
    section = makeElement(target.section, {}, [], pair);
    configuration.children.push(section);
  }
  section.children.push(pairBlock('meta_attributes', `moved-${name}`, { [target.name]: value }, pair));
  return true;
}

function upgradeResource(element: XmlElement): void {
  for (const child of element.children) {
    if (child.name === 'meta_attributes') for (const pair of childrenOf(child, 'nvpair')) upgradeMeta(pair);
    else if (child.name === 'instance_attributes' && element.attributes['class'] === 'stonith') {
      for (const pair of childrenOf(child, 'nvpair')) {
        const name = pair.attributes['name'] ?? '';
        pair.attributes['name'] = FENCE_PARAMETERS[name] ?? name;
      }
    } else upgradeResource(child);
  }
}

function upgradeMeta(pair: XmlElement): void {
  const dashed = pair.attributes['name']?.replaceAll('_', '-');
  if (dashed !== undefined && META_NAMES.has(dashed)) pair.attributes['name'] = dashed;
}

import { childOf, childrenOf, type ReadContext } from '../element-reader.ts';
import { makeElement, type XmlElement } from '../xml-element.ts';
import { pairBlock } from './pair-block.ts';
import { upgradeConstraints } from './upgrade-constraints.ts';
import { upgradeLegacyOptions } from './upgrade-legacy-options.ts';

/** The schema version that all others are upgraded to. */
export const NEWEST_SCHEMA = 'pacemaker-4.0';

/**
 * Rewrites old forms in place to those of the newest schema, as Pacemaker does before it reads a CIB: old role
 * names, `master` elements, `lifetime`, several top-level rules in one place, `moon`, `poweroff`, duplicate
 * pairs, options that moved. Aliases of option names (`stonith-enabled` for `fencing-enabled`) are left as
 * written; the policy engine knows both names.
 */
export function upgradeCib(context: ReadContext, root: XmlElement): void {
  const from = schemaVersion(root.attributes['validate-with']);
  const configuration = childOf(root, 'configuration');
  if (configuration !== undefined) {
    if (from < 3) upgradeLegacyOptions(configuration);
    if (from < 4) upgradeTree(context, configuration, '');
    const constraints = childOf(configuration, 'constraints');
    if (from < 4 && constraints) upgradeConstraints(constraints);
  }
  // `none` asks for no validation and is kept: the reference tells of it.
  if (root.attributes['validate-with'] !== 'none') root.attributes['validate-with'] = NEWEST_SCHEMA;
}

/** `pacemaker-3.10` is 3.1 by number, so compare the major part only; unknown names count as oldest. */
function schemaVersion(name: string | undefined): number {
  const match = /^pacemaker-(\d+)\.\d+$/.exec(name ?? '');
  return match ? Number(match[1]) : 0;
}

const ROLE_ATTRIBUTES = ['role', 'rsc-role', 'with-rsc-role'];
const BLOCKS = new Set(['instance_attributes', 'meta_attributes', 'utilization', 'cluster_property_set']);

function upgradeTree(context: ReadContext, element: XmlElement, parent: string): void {
  for (const name of ROLE_ATTRIBUTES) {
    const role = element.attributes[name];
    if (role !== undefined) element.attributes[name] = currentRole(role);
  }
  upgradeElement(context, element, parent);
  for (const child of element.children) upgradeTree(context, child, element.name);
}

function currentRole(role: string): string {
  const lower = role.toLowerCase();
  return lower === 'master' ? 'Promoted' : lower === 'slave' ? 'Unpromoted' : role;
}

function upgradeElement(context: ReadContext, element: XmlElement, parent: string): void {
  if (BLOCKS.has(element.name)) {
    dropDuplicatePairs(context, element);
    joinRules(element);
    return;
  }
  switch (element.name) {
    case 'master':
      element.name = 'clone';
      element.children.unshift(
        pairBlock(
          'meta_attributes',
          `${element.attributes['id']}-promotable`,
          { promotable: 'true' },
          element,
        ),
      );
      break;
    case 'docker':
    case 'podman':
    case 'rkt':
      if (parent === 'bundle') renameAttribute(element, 'masters', 'promoted-max');
      break;
    case 'date_spec':
      delete element.attributes['moon'];
      break;
    case 'nvpair':
      if (element.attributes['name'] === 'stonith-action' && element.attributes['value'] === 'poweroff') {
        element.attributes['value'] = 'off';
      }
      break;
    default:
  }
}

function renameAttribute(element: XmlElement, from: string, to: string): void {
  const value = element.attributes[from];
  if (value === undefined) return;
  delete element.attributes[from];
  element.attributes[to] ??= value;
}

/** Within one block the first pair of a name counts. */
function dropDuplicatePairs(context: ReadContext, block: XmlElement): void {
  const seen = new Set<string>();
  block.children = block.children.filter((child) => {
    const { name } = child.attributes;
    if (child.name !== 'nvpair' || name === undefined) return true;
    if (seen.has(name)) {
      context.warn(child, `${name} is set more than once in ${block.name}; the first value counts`);
      return false;
    }
    seen.add(name);
    return true;
  });
}

/** A block with several top-level rules applies if any of them holds. */
function joinRules(block: XmlElement): void {
  const rules = childrenOf(block, 'rule');
  const first = rules[0];
  if (first === undefined || rules.length === 1) return;
  const joined = makeElement(
    'rule',
    { id: `${block.attributes['id'] ?? 'block'}-rules`, 'boolean-op': 'or' },
    rules,
    first,
  );
  block.children = [joined, ...block.children.filter((child) => child.name !== 'rule')];
}

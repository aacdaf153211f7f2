import { childOf, childrenOf } from '../element-reader.ts';
import { makeElement, type XmlElement } from '../xml-element.ts';

/**
 * Upgrades constraints: a location with several top-level rules becomes one location per rule (each rule had
 * its own score), and the rules of a location's `lifetime` become conditions of its rule. A colocation or
 * order keeps its `lifetime`, for which the newest schema has no other form.
 */
export function upgradeConstraints(section: XmlElement): void {
  section.children = section.children.flatMap((constraint) =>
    constraint.name === 'rsc_location' ? upgradeLocation(constraint) : [constraint],
  );
}

function upgradeLocation(location: XmlElement): XmlElement[] {
  const lifetime = childOf(location, 'lifetime');
  if (lifetime !== undefined) foldLifetime(location, lifetime);
  const rules = childrenOf(location, 'rule');
  if (rules.length < 2) return [location];
  const others = location.children.filter(({ name }) => name !== 'rule');
  return rules.map((rule, index) => {
    const id = index === 0 ? location.attributes['id'] : `${location.attributes['id']}-${index + 1}`;
    return makeElement(
      'rsc_location',
      { ...location.attributes, ...(id === undefined ? {} : { id }) },
      [rule, ...others],
      location,
    );
  });
}

function foldLifetime(location: XmlElement, lifetime: XmlElement): void {
  location.children = location.children.filter((child) => child !== lifetime);
  const id = location.attributes['id'] ?? 'location';
  const conditions = childrenOf(lifetime, 'rule');
  if (conditions.length === 0) return;
  const active = makeElement('rule', { id: `${id}-lifetime`, 'boolean-op': 'or' }, conditions, lifetime);
  const rules = childrenOf(location, 'rule');
  if (rules.length === 0) {
    const { node, score, ...kept } = location.attributes;
    const onNode = makeElement('expression', {
      id: `${id}-node`,
      attribute: '#uname',
      operation: 'eq',
      value: node ?? '',
    });
    location.attributes = kept;
    const attributes = { id: `${id}-rule`, 'boolean-op': 'and', ...(score === undefined ? {} : { score }) };
    location.children.push(makeElement('rule', attributes, [onNode, active], lifetime));
    return;
  }
  for (const rule of rules) {
    const inner = makeElement(
      'rule',
      { id: `${rule.attributes['id']}-conditions`, 'boolean-op': rule.attributes['boolean-op'] ?? 'and' },
      rule.children,
      rule,
    );
    rule.attributes['boolean-op'] = 'and';
    rule.children = [inner, active];
  }
}

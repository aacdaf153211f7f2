import type { XmlElement } from './xml-element.ts';

/** What the value of an attribute must look like, with words for it. */
interface ValueRule {
  readonly pattern: RegExp;
  readonly expected: string;
}

const INTEGER: ValueRule = { pattern: /^\s*[+-]?\d+\s*$/, expected: 'a whole number' };
const BOOLEAN: ValueRule = { pattern: /^\s*(true|false|0|1)\s*$/i, expected: 'true or false' };
const PORT: ValueRule = { pattern: /^\s*\d+\s*$/, expected: 'a port number' };
const CONTAINER = {
  replicas: INTEGER,
  'replicas-per-host': INTEGER,
  masters: INTEGER,
  'promoted-max': INTEGER,
};

/** Attributes of any element. On reading more is taken for a score. */
const EVERYWHERE: Readonly<Record<string, ValueRule>> = {
  score: { pattern: /^\s*[+-]?(\d+|INFINITY)\s*$/, expected: 'a whole number, INFINITY or -INFINITY' },
  'boolean-op': { pattern: /^(and|or)$/, expected: '"and" or "or"' },
};

/** Attributes of one element whose values nothing else looks at when a configuration is checked. */
const VALUES: Readonly<Record<string, Readonly<Record<string, ValueRule>>>> = {
  node: {
    // Kinds of nodes that were ever known.
    type: { pattern: /^(member|normal|ping|pseudo|remote)$/, expected: 'a kind of nodes' },
  },
  docker: CONTAINER,
  rkt: CONTAINER,
  podman: CONTAINER,
  network: { 'control-port': INTEGER, 'host-netmask': INTEGER, 'add-host': BOOLEAN },
  'port-mapping': {
    port: PORT,
    'internal-port': PORT,
    range: { pattern: /^\d+-\d+$/, expected: 'a range such as 80-90' },
  },
  acl_permission: { kind: { pattern: /^(read|write|deny)$/, expected: 'read, write or deny' } },
};

/** Attributes of which an element has exactly one. */
const ONE_OF: Readonly<Record<string, readonly string[]>> = {
  'port-mapping': ['port', 'range'],
  'storage-mapping': ['source-dir', 'source-dir-root'],
  acl_permission: ['xpath', 'reference', 'object-type'],
  'fencing-level': ['target', 'target-pattern', 'target-attribute'],
};

/** Attributes that say the same thing in two ways. */
const NOT_BOTH: Readonly<Record<string, readonly [string, string]>> = {
  docker: ['masters', 'promoted-max'],
  rkt: ['masters', 'promoted-max'],
  podman: ['masters', 'promoted-max'],
  rsc_order: ['kind', 'score'],
};

/** Looks for attributes whose values cannot be, or that cannot be together. */
export function checkValues(
  element: XmlElement,
  report: (element: XmlElement, problem: string) => void,
): void {
  const { name, attributes } = element;
  for (const [attribute, value] of Object.entries(attributes)) {
    const rule = VALUES[name]?.[attribute] ?? EVERYWHERE[attribute];
    if (rule === undefined || rule.pattern.test(value)) continue;
    report(element, `the ${attribute} "${value}" of the ${name} is not ${rule.expected}`);
  }
  const given = (names: readonly string[]): readonly string[] =>
    names.filter((each) => attributes[each] !== undefined);
  const alternatives = ONE_OF[name];
  if (alternatives !== undefined && given(alternatives).length !== 1) {
    report(element, `the ${name} must have one of: ${alternatives.join(', ')}`);
  }
  const same = NOT_BOTH[name];
  if (same !== undefined && given(same).length === 2) {
    report(element, `the ${name} cannot have both ${same.join(' and ')}`);
  }
}

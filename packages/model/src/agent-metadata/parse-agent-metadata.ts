import { readXml, type XmlElement } from '../cib-xml/xml-element.ts';
import { HoldfastError } from '../errors/holdfast-error.ts';
import { parseBoolean, parseDurationMs } from '../validate/value-syntax.ts';
import type { AgentAction, AgentMetadata, AgentParameter } from './agent-metadata.ts';

/** Agents are other people's programs: what they print is bounded before it is read. */
const LIMITS = { maxSize: 1024 * 1024, maxDepth: 32, maxElements: 20_000 };

/** What was read, or what is wrong with it. */
export type AgentMetadataResult =
  | { readonly ok: true; readonly metadata: AgentMetadata }
  | { readonly ok: false; readonly problem: string };

const CURRENT_ROLES: Readonly<Record<string, string>> = { master: 'Promoted', slave: 'Unpromoted' };

/**
 * Reads the meta-data of a resource agent (OCF resource agent API 1.0 and 1.1) or a fence agent. Unknown elements and
 * attributes are ignored, as agents of any age must be readable; only text that is not such a document is a problem.
 */
export function parseAgentMetadata(xml: string): AgentMetadataResult {
  let root: XmlElement;
  try {
    root = readXml(documentOf(xml), LIMITS);
  } catch (error) {
    if (error instanceof HoldfastError) return { ok: false, problem: error.message };
    throw error;
  }
  if (root.name !== 'resource-agent') {
    return { ok: false, problem: `the element is ${root.name}, not resource-agent` };
  }
  const name = root.attributes.name;
  if (!name) return { ok: false, problem: 'the agent has no name' };
  return { ok: true, metadata: readAgent(root, name) };
}

const END = '</resource-agent>';

/** Agents may print warnings before or after, and name the DTD of OCF 1.0, which no reader needs. */
function documentOf(output: string): string {
  const start = Math.max(0, output.search(/<(\?xml|!DOCTYPE|resource-agent)/));
  const end = output.lastIndexOf(END);
  return output.slice(start, end < 0 ? undefined : end + END.length).replace(/<!DOCTYPE\s[^[<>]*>/, '');
}

function readAgent(root: XmlElement, name: string): AgentMetadata {
  return {
    name,
    version: child(root, 'version')?.text.trim() ?? root.attributes.version ?? '',
    shortText: text(root, 'shortdesc') || (root.attributes.shortdesc ?? ''),
    longText: text(root, 'longdesc'),
    parameters: elements(root, 'parameters', 'parameter').map(readParameter),
    actions: elements(root, 'actions', 'action').map(readAction),
  };
}

function readParameter(element: XmlElement): AgentParameter {
  const { attributes } = element;
  const content = child(element, 'content');
  const name = attributes.name ?? '';
  const deprecated = child(element, 'deprecated');
  const replacement = deprecated && child(deprecated, 'replaced-with')?.attributes.name;
  const replacedWith = replacement ?? attributes['replaced-with'];
  const uniqueGroup = attributes['unique-group'] ?? (flag(attributes.unique) ? name : undefined);
  const defaultValue = content?.attributes.default;
  return {
    name,
    type: content?.attributes.type ?? 'string',
    ...(defaultValue === undefined ? {} : { default: defaultValue }),
    required: flag(attributes.required),
    ...(uniqueGroup === undefined ? {} : { uniqueGroup }),
    reloadable: flag(attributes.reloadable),
    private: flag(attributes.private),
    deprecated: deprecated !== undefined || flag(attributes.deprecated),
    ...(replacedWith === undefined ? {} : { replacedWith }),
    options: (content?.children ?? [])
      .filter((option) => option.name === 'option')
      .map((option) => option.attributes.value ?? ''),
    shortText: text(element, 'shortdesc'),
    longText: text(element, 'longdesc'),
  };
}

function readAction(element: XmlElement): AgentAction {
  const { name = '', timeout, interval, depth, role, automatic } = element.attributes;
  const startDelay = element.attributes['start-delay'];
  return {
    name,
    ...duration('timeoutMs', timeout),
    ...duration('intervalMs', interval),
    ...duration('startDelayMs', startDelay),
    ...(depth === undefined ? {} : { depth }),
    ...(role === undefined ? {} : { role: CURRENT_ROLES[role.toLowerCase()] ?? role }),
    automatic: flag(automatic),
    onTarget: flag(element.attributes.on_target),
  };
}

function duration<Name extends string>(name: Name, value: string | undefined): { [Key in Name]?: number } {
  const ms = value === undefined ? undefined : parseDurationMs(value);
  return (ms === undefined ? {} : { [name]: ms }) as { [Key in Name]?: number };
}

function flag(value: string | undefined): boolean {
  return value !== undefined && parseBoolean(value) === true;
}

function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((each) => each.name === name);
}

function elements(root: XmlElement, container: string, name: string): XmlElement[] {
  return root.children
    .filter((each) => each.name === container)
    .flatMap((each) => each.children.filter((inner) => inner.name === name));
}

/** A description in English, or in whatever language comes first; line breaks of the source are not meaningful. */
function text(element: XmlElement, name: string): string {
  const all = element.children.filter((each) => each.name === name);
  const chosen = all.find((each) => /^en/i.test(each.attributes.lang ?? 'en')) ?? all[0];
  return chosen?.text.trim() ?? '';
}

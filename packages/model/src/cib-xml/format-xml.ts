import type { XmlElement } from './xml-element.ts';

/** An element to be printed: attributes that are undefined are left out, in the order given. */
export interface XmlOutput {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  readonly children: readonly XmlOutput[];
  readonly text?: string;
}

/** Shorthand for an element to be printed. */
export function xml(
  name: string,
  attributes: XmlOutput['attributes'] = {},
  children: readonly XmlOutput[] = [],
): XmlOutput {
  return { name, attributes, children };
}

/** Prints elements with two spaces of indent per level, below that of the first, and a newline at the end of each. */
export function formatXml(element: XmlOutput | XmlElement, indent = ''): string {
  const lines: string[] = [];
  print(element, indent, lines);
  return `${lines.join('\n')}\n`;
}

function print(element: XmlOutput, indent: string, lines: string[]): void {
  let tag = `${indent}<${element.name}`;
  for (const [name, value] of Object.entries(element.attributes)) {
    if (value !== undefined) tag += ` ${name}="${escapeAttribute(String(value))}"`;
  }
  const text = element.text ?? '';
  if (element.children.length === 0) {
    lines.push(text === '' ? `${tag}/>` : `${tag}>${escapeText(text)}</${element.name}>`);
    return;
  }
  lines.push(`${tag}>${escapeText(text)}`);
  for (const child of element.children) print(child, `${indent}  `, lines);
  lines.push(`${indent}</${element.name}>`);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** Escapes a text for an attribute in double quotes; line breaks and tabs survive reading. */
export function escapeAttribute(value: string): string {
  return /[&<>"\n\r\t]/.test(value) ? value.replace(/[&<>"\n\r\t]/g, (char) => ESCAPES[char] ?? char) : value;
}

function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (char) => ESCAPES[char] ?? char);
}

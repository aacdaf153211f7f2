import type { TextPosition } from '../errors/holdfast-error.ts';
import { HoldfastError } from '../errors/holdfast-error.ts';
import { positionOf, type XmlElement } from './xml-element.ts';

/** Something in a document that is not understood and was left out, or was changed on reading. */
export interface CibWarning {
  readonly problem: string;
  readonly position: TextPosition;
}

/** What the readers of single elements share. */
export interface ReadContext {
  readonly source?: string;
  warn(element: XmlElement, problem: string): void;
}

/** The attributes named, under their field names; those not written are absent. */
export function pick<Fields extends Readonly<Record<string, string>>>(
  element: XmlElement,
  fields: Fields,
): { [K in keyof Fields]?: string } {
  const found: { [K in keyof Fields]?: string } = {};
  const { attributes } = element;
  for (const field in fields) {
    const value = attributes[fields[field] as string];
    if (value !== undefined) found[field] = value;
  }
  return found;
}

/** The attributes not named in `known`, or undefined if there are none. */
export function rest(element: XmlElement, known: ReadonlySet<string>): Record<string, string> | undefined {
  let found: Record<string, string> | undefined;
  const { attributes } = element;
  for (const name in attributes) {
    if (known.has(name)) continue;
    found ??= {};
    found[name] = attributes[name] as string;
  }
  return found;
}

/** All attributes except those named. */
export function without(element: XmlElement, ...names: string[]): Record<string, string> {
  return rest(element, new Set(names)) ?? {};
}

/** An attribute that must be there. @throws HoldfastError CIB_INVALID */
export function required(context: ReadContext, element: XmlElement, name: string): string {
  const value = element.attributes[name];
  if (value !== undefined) return value;
  throw invalid(context, element, `${element.name} has no ${name}`);
}

export function invalid(
  context: ReadContext,
  element: { readonly line: number; readonly column: number },
  problem: string,
): HoldfastError {
  return new HoldfastError('CIB_INVALID', { problem }, positionOf(element, context.source));
}

/** The children of one name, in document order. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

/** Warns of each child whose name is not in `known`. */
export function warnOfUnknown(context: ReadContext, element: XmlElement, known: ReadonlySet<string>): void {
  for (const child of element.children) {
    if (!known.has(child.name))
      context.warn(child, `${child.name} is not known in ${element.name} and is left out`);
  }
}

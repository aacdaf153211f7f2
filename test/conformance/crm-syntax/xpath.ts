import type { Element } from './xml-view.ts';

/**
 * Evaluates the few forms of XPath the recorded checks use: steps by name, `//`, `.`, one attribute condition per
 * step, and an attribute at the end. Returns elements or attribute values.
 */
export function evaluate(root: Element, expression: string): (Element | string)[] {
  const document: Element = { name: '', attributes: {}, children: [root] };
  const absolute = expression.startsWith('/');
  let found: Element[] = [absolute ? document : root];
  const steps = expression.match(/\/\/|\/|[^/[\]]+(\[[^\]]*\])?/g) ?? [];
  let descend = false;
  for (const step of steps) {
    if (step === '/' || step === '.') continue;
    if (step === '//') {
      descend = true;
      continue;
    }
    const scope = descend ? found.flatMap(selfAndDescendants) : found;
    descend = false;
    if (step.startsWith('@')) {
      const name = step.slice(1);
      return scope.flatMap((each) => (each.attributes[name] === undefined ? [] : [each.attributes[name]]));
    }
    found = [...new Set(scope.flatMap((each) => each.children.filter((child) => matches(child, step))))];
  }
  return found;
}

function matches(element: Element, step: string): boolean {
  const [, name, attribute, value] = /^([^[]+)(?:\[@([^=]+)=["'](.*)["']\])?$/.exec(step) ?? [];
  return element.name === name && (attribute === undefined || element.attributes[attribute] === value);
}

function selfAndDescendants(element: Element): Element[] {
  return [element, ...element.children.flatMap(selfAndDescendants)];
}

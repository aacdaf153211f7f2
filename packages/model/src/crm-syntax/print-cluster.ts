import type { AttributeBlock } from '../configuration/attributes.ts';
import type { FencingLevel, RawElement, Tag } from '../configuration/configuration.ts';
import { inWrittenOrder } from '../configuration/section-order.ts';
import { xpathToShortcut } from './acl-shortcuts.ts';
import { NotPrintable, type PrintContext, printBlock, printPair, printRule } from './print-attributes.ts';
import { assignment, joined, quote, word } from './print-values.ts';
import type { PrintedStatement } from './printed-statement.ts';
import { elementPairs } from './raw-element.ts';
import type { WrittenNode } from './statement.ts';

/** A node as a statement. */
export function printNode(node: WrittenNode, context: PrintContext): PrintedStatement {
  if (node.score !== undefined) throw new NotPrintable('the score of a node');
  const id = node.id !== undefined && node.id !== node.name ? `${word(node.id)}:` : '';
  const name = node.type === undefined ? node.name : `${node.name}:${node.type}`;
  return {
    head: joined('node', id, word(name)),
    parts: [
      ...(node.description === undefined ? [] : [assignment('description', node.description)]),
      ...inWrittenOrder(node.sectionOrder, {
        params: node.attributes.map((each) => printBlock('attributes', each, context)),
        utilization: node.utilization.map((each) => printBlock('utilization', each, context)),
      }),
    ],
  };
}

/** A set of cluster options or defaults as a statement. */
export function printOptionSet(
  keyword: string,
  block: AttributeBlock,
  context: PrintContext,
): PrintedStatement {
  if (block.idRef !== undefined) return { head: `${keyword} $id-ref=${word(block.idRef)}`, parts: [] };
  return {
    head: joined(
      keyword,
      block.id === undefined ? '' : `${word(block.id)}:`,
      block.score === undefined ? '' : `$score=${word(block.score)}`,
    ),
    parts: [
      ...block.rules.map((each) => printRule(each, context)),
      ...block.pairs.map((each) => printPair(each, context)),
    ],
  };
}

/** The fencing topology as one statement: a part for each target, its levels in the order of their numbers. */
export function printFencingTopology(levels: readonly FencingLevel[]): PrintedStatement {
  const targets = new Map<string, FencingLevel[]>();
  for (const level of levels) {
    const target = printTarget(level);
    const known = targets.get(target);
    if (known) known.push(level);
    else targets.set(target, [level]);
  }
  const parts = [...targets].map(([target, own]) => {
    const sorted = [...own].sort((a, b) => Number(a.index) - Number(b.index));
    if (sorted.some((each, index) => Number(each.index) !== index + 1))
      throw new NotPrintable('levels that are not numbered from 1');
    return joined(target, ...sorted.map((each) => word(each.devices)));
  });
  return { head: 'fencing_topology', parts };
}

function printTarget(level: FencingLevel): string {
  if (level.targetPattern !== undefined) return word(`pattern:${level.targetPattern}`);
  if (level.targetAttribute !== undefined)
    return word(`attr:${level.targetAttribute}=${level.targetValue ?? ''}`);
  return level.target === undefined ? '' : `${word(level.target)}:`;
}

/** A tag as a statement. */
export function printTag(tag: Tag): PrintedStatement {
  return { head: joined('tag', word(tag.id), ...tag.members.map(word)), parts: [] };
}

/** An alert as a statement. */
export function printAlert(alert: RawElement, context: PrintContext): PrintedStatement {
  const { id = '', path = '', description } = alert.attributes;
  const parts: string[] = [];
  if (description !== undefined) parts.push(assignment('description', description));
  const last = alert.children.at(-1);
  for (const child of alert.children) {
    if (child.name === 'recipient') parts.push(printRecipient(child, child !== last, context));
    else if (child.name === 'select') parts.push(joined('select', ...child.children.map(printSelected)));
    else parts.push(printSection(child, context));
  }
  return { head: joined('alert', word(id), quote(path)), parts };
}

function printSection(section: RawElement, context: PrintContext): string {
  const keyword = section.name === 'instance_attributes' ? 'attributes' : 'meta';
  if (section.children.some((each) => each.name !== 'nvpair')) throw new NotPrintable('a rule of an alert');
  return printBlock(keyword, elementPairs(section), context);
}

/** Braces keep sections that follow from being read as the recipient's own. */
function printRecipient(recipient: RawElement, moreFollows: boolean, context: PrintContext): string {
  const { value = '', description } = recipient.attributes;
  const inner = joined(
    quote(value),
    description === undefined ? '' : assignment('description', description),
    ...recipient.children.map((each) => printSection(each, context)),
  );
  return moreFollows || recipient.children.length > 0 ? `to { ${inner} }` : `to ${inner}`;
}

function printSelected(selected: RawElement): string {
  const kind = selected.name.replace(/^select_/, '');
  const names = selected.children.map((each) => word(each.attributes.name ?? ''));
  return names.length === 0 ? kind : `${kind} { ${names.join(' ')} }`;
}

/** A role, or who has which roles, as a statement. */
export function printAcl(acl: RawElement): PrintedStatement {
  const id = word(acl.attributes.id ?? '');
  if (acl.name !== 'acl_role') {
    const keyword = acl.name === 'acl_group' ? 'acl_group' : 'acl_target';
    return { head: joined(keyword, id), parts: acl.children.map((each) => word(each.attributes.id ?? '')) };
  }
  const { description } = acl.attributes;
  return {
    head: joined('role', id),
    parts: [
      ...(description === undefined ? [] : [assignment('description', description)]),
      ...acl.children.map(printPermission),
    ],
  };
}

function printPermission({ attributes }: RawElement): string {
  const { kind = '', xpath, reference, 'object-type': type, attribute } = attributes;
  if (xpath !== undefined) {
    const shortcut = xpathToShortcut(xpath);
    return shortcut === undefined ? `${kind} xpath:${quote(xpath)}` : `${kind} ${shortcut}`;
  }
  if (reference !== undefined) return `${kind} ref:${word(reference)}`;
  if (type === undefined) throw new NotPrintable('a permission about nothing');
  return joined(kind, attribute === undefined ? '' : `attr:${word(attribute)}`, `type:${word(type)}`);
}

import type { Entity } from '../change/entity.ts';
import { formatEntity } from '../cib-xml/format-cib.ts';
import { formatXml, type XmlOutput } from '../cib-xml/format-xml.ts';
import { HIDDEN_VALUE, NotPrintable, type PrintContext } from './print-attributes.ts';
import {
  printAcl,
  printAlert,
  printFencingTopology,
  printNode,
  printOptionSet,
  printTag,
} from './print-cluster.ts';
import { printConstraint } from './print-constraint.ts';
import { printAgent, printBundle, printClone, printGroup } from './print-resource.ts';
import { joined } from './print-values.ts';
import type { PrintedStatement } from './printed-statement.ts';
import type { Statement } from './statement.ts';

/** How a statement is shown. */
export interface PrintOptions {
  /** All on one line, as for an argument of a command. @default false */
  readonly oneLine?: boolean;
  /** Ids that are referred to from elsewhere; only they are shown. @default none */
  readonly isReferenced?: (id: string) => boolean;
  /** Names whose values are not shown; `*` stands for anything. @default none */
  readonly hide?: readonly string[];
}

const KEYWORDS = {
  options: 'property',
  'resource-defaults': 'rsc_defaults',
  'operation-defaults': 'op_defaults',
} as const;

/**
 * Prints a statement so that reading it gives the same object.
 * @throws NotPrintable when the object has a part that only XML can say
 */
export function printStatement(statement: Statement, options: PrintOptions = {}): string {
  const context: PrintContext = {
    isReferenced: options.isReferenced ?? (() => false),
    isSecret: nameMatcher(options.hide ?? []),
  };
  const comments = commentsOf(statement).map((each) => `# ${each}`.trimEnd());
  const { head, parts } = printParts(statement, context);
  const separator = options.oneLine ? ' ' : ' \\\n\t';
  return [...comments, [head, ...parts].join(separator)].join('\n');
}

function printParts(statement: Statement, context: PrintContext): PrintedStatement {
  switch (statement.kind) {
    case 'node':
      return printNode(statement.node, context);
    case 'primitive':
      return printAgent(statement.primitive, context);
    case 'template':
      return printAgent(statement.template, context);
    case 'group':
      return printGroup(statement.group, context);
    case 'clone':
      return printClone(statement.clone, context);
    case 'bundle':
      return printBundle(statement.bundle, context);
    case 'monitor': {
      const { role, interval, timeout } = statement.operation.attributes;
      const resource = joined(statement.resource) + (role === undefined ? '' : `:${role}`);
      const times = `${interval ?? '0'}${timeout === undefined ? '' : `:${timeout}`}`;
      return { head: `monitor ${resource} ${times}`, parts: [] };
    }
    case 'constraint':
      return printConstraint(statement.constraint, context);
    case 'options':
    case 'resource-defaults':
    case 'operation-defaults':
      return printOptionSet(KEYWORDS[statement.kind], statement.block, context);
    case 'fencing-topology':
      return printFencingTopology(statement.levels);
    case 'tag':
      return printTag(statement.tag);
    case 'alert':
      return printAlert(statement.alert, context);
    case 'acl':
      return printAcl(statement.acl);
    case 'xml':
      throw new NotPrintable('XML');
  }
}

/** Tells whether a name is one of the patterns. */
function nameMatcher(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map(
    (each) =>
      new RegExp(
        `^${each
          .split('*')
          .map((part) => part.replace(/[^\w-]/g, '\\$&'))
          .join('.*')}$`,
        'i',
      ),
  );
  return (name) => expressions.some((each) => each.test(name));
}

/** An entity as an `xml` statement. */
export function printXmlStatement(entity: Entity, options: PrintOptions = {}): string {
  const element = hideSecrets(formatEntity(entity), nameMatcher(options.hide ?? []));
  return `xml ${formatXml(element)
    .trimEnd()
    .replace(/\n/g, options.oneLine ? ' ' : ' \\\n')}`;
}

function hideSecrets(element: XmlOutput, isSecret: (name: string) => boolean): XmlOutput {
  const { name, value } = element.attributes;
  const hidden = element.name === 'nvpair' && value !== undefined && isSecret(String(name));
  return {
    ...element,
    attributes: hidden ? { ...element.attributes, value: HIDDEN_VALUE } : element.attributes,
    children: element.children.map((each) => hideSecrets(each, isSecret)),
  };
}

function commentsOf(statement: Statement): readonly string[] {
  switch (statement.kind) {
    case 'node':
      return statement.node.comments ?? [];
    case 'primitive':
      return statement.primitive.comments ?? [];
    case 'template':
      return statement.template.comments ?? [];
    case 'group':
      return statement.group.comments ?? [];
    case 'clone':
      return statement.clone.comments ?? [];
    case 'bundle':
      return statement.bundle.comments ?? [];
    case 'constraint':
      return statement.constraint.comments ?? [];
    case 'options':
    case 'resource-defaults':
    case 'operation-defaults':
      return statement.block.comments ?? [];
    case 'tag':
      return statement.tag.comments ?? [];
    default:
      return [];
  }
}

import { type Statement, statementId } from '../crm-syntax/statement.ts';
import { HoldfastError } from '../errors/holdfast-error.ts';
import { isContainer, membersOf } from './draft-object.ts';
import { resourcesOf } from './without-resource.ts';

const TYPES: Readonly<Record<string, Statement['kind']>> = {
  node: 'node',
  primitive: 'primitive',
  rsc_template: 'template',
  group: 'group',
  clone: 'clone',
  ms: 'clone',
  bundle: 'bundle',
  property: 'options',
  rsc_defaults: 'resource-defaults',
  op_defaults: 'operation-defaults',
  fencing_topology: 'fencing-topology',
  tag: 'tag',
  alert: 'alert',
  role: 'acl',
  acl_target: 'acl',
  acl_group: 'acl',
};
const CONSTRAINTS: Readonly<Record<string, string>> = {
  location: 'location',
  colocation: 'colocation',
  order: 'order',
  rsc_ticket: 'ticket',
};

/**
 * Selects objects by words: ids, `type:T`, `tag:T`, `related:ID`; words are united, `and` narrows what was selected so
 * far by the next word. No words select everything.
 * @throws HoldfastError NO_SUCH_OBJECT for an id that is not there, USAGE for an unknown type
 */
export function selectObjects(objects: readonly Statement[], words: readonly string[]): Statement[] {
  if (words.length === 0) return [...objects];
  let selected = new Set<Statement>();
  let narrowing = false;
  for (const word of words) {
    if (word === 'and' || word === 'or') {
      narrowing = word === 'and';
      continue;
    }
    const found = matching(objects, word);
    selected = new Set(narrowing ? found.filter((each) => selected.has(each)) : [...selected, ...found]);
    narrowing = false;
  }
  return objects.filter((each) => selected.has(each));
}

function matching(objects: readonly Statement[], word: string): Statement[] {
  const [, kind, name = ''] = /^(type|tag|related):(.*)$/.exec(word) ?? [];
  switch (kind) {
    case 'type':
      return ofType(objects, name);
    case 'tag': {
      const tag = objects.find((each) => each.kind === 'tag' && each.tag.id === name);
      const members = tag?.kind === 'tag' ? tag.tag.members : [];
      return objects.filter((each) => members.includes(statementId(each) ?? '') || each === tag);
    }
    case 'related':
      return objects.filter((each) => statementId(each) === name || mentions(each, name));
    default: {
      const found = objects.filter((each) => statementId(each) === word || isNode(each, word));
      if (found.length === 0) throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'object', id: word });
      return found;
    }
  }
}

function ofType(objects: readonly Statement[], name: string): Statement[] {
  const kind = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  const constraint = Object.hasOwn(CONSTRAINTS, name) ? CONSTRAINTS[name] : undefined;
  if (kind === undefined && constraint === undefined)
    throw new HoldfastError('USAGE', { problem: `"${name}" is no type of object` });
  return objects.filter((each) =>
    each.kind === 'constraint' ? each.constraint.kind === constraint : each.kind === kind,
  );
}

function isNode(statement: Statement, name: string): boolean {
  return statement.kind === 'node' && statement.node.name === name;
}

function mentions(statement: Statement, id: string): boolean {
  switch (statement.kind) {
    case 'constraint':
      return resourcesOf(statement.constraint).includes(id);
    case 'tag':
      return statement.tag.members.includes(id);
    case 'primitive':
      return statement.primitive.template === id;
    default:
      return isContainer(statement) && membersOf(statement).includes(id);
  }
}

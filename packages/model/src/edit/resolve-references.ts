import type { AttributeBlock } from '../configuration/attributes.ts';
import type { Rule } from '../configuration/rule.ts';
import type { Statement } from '../crm-syntax/statement.ts';

/** Finds an object by its id. */
export type FindObject = (id: string) => Statement | undefined;

/**
 * References by `$id-ref` may name the object that has the part, instead of the part: the operations or parameters of
 * a resource, the rule of a constraint. They are turned into references to the part itself.
 */
export function resolveReferences(statement: Statement, find: FindObject): Statement {
  switch (statement.kind) {
    case 'primitive': {
      const { primitive } = statement;
      const container = primitive.operationsContainer;
      const target = container?.idRef === undefined ? undefined : find(container.idRef);
      const id = target?.kind === 'primitive' ? target.primitive.operationsContainer?.id : undefined;
      return {
        ...statement,
        primitive: {
          ...primitive,
          params: blocks(primitive.params, 'params', find),
          meta: blocks(primitive.meta, 'meta', find),
          ...(id === undefined ? {} : { operationsContainer: { ...container, idRef: id } }),
        },
      };
    }
    case 'constraint': {
      const { constraint } = statement;
      if (constraint.kind !== 'location') return statement;
      const rules = constraint.rules.map((each) => ruleReference(each, find));
      return { ...statement, constraint: { ...constraint, rules } };
    }
    default:
      return statement;
  }
}

function ruleReference(rule: Rule, find: FindObject): Rule {
  const target = rule.idRef === undefined ? undefined : find(rule.idRef);
  if (target?.kind !== 'constraint' || target.constraint.kind !== 'location') return rule;
  const [first] = target.constraint.rules;
  const id = first?.id ?? first?.idRef;
  return id === undefined ? rule : { ...rule, idRef: id };
}

function blocks(
  written: readonly AttributeBlock[],
  section: 'params' | 'meta',
  find: FindObject,
): readonly AttributeBlock[] {
  return written.map((block) => {
    const target = block.idRef === undefined ? undefined : find(block.idRef);
    if (target?.kind !== 'primitive') return block;
    const id = target.primitive[section].find((each) => each.id !== undefined)?.id;
    return id === undefined ? block : { ...block, idRef: id };
  });
}

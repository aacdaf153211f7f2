import type { AttributeBlock, NameValue } from '../configuration/attributes.ts';
import type { RawElement } from '../configuration/configuration.ts';
import type { Constraint, ResourceSet } from '../configuration/constraint.ts';
import type { OperationDefinition, Primitive, Template } from '../configuration/resource.ts';
import type { Rule, RuleExpression } from '../configuration/rule.ts';
import type { Statement } from '../crm-syntax/statement.ts';

/**
 * Gives every part of an object an id that has none, made of its owner's id, so that the object can be written as
 * XML. `isTaken` tells which ids exist elsewhere; a number is appended where needed.
 */
export function completeIds<T extends Statement>(statement: T, isTaken: (id: string) => boolean): T {
  const completer = new IdCompleter(isTaken);
  completer.note(statement);
  return completer.statement(statement) as T;
}

/** All ids that stand in a value, at any depth. */
export function idsIn(value: unknown, found: Set<string> = new Set()): Set<string> {
  if (Array.isArray(value)) for (const each of value) idsIn(each, found);
  else if (typeof value === 'object' && value !== null)
    for (const [name, each] of Object.entries(value))
      if (name === 'id' && typeof each === 'string') found.add(each);
      else idsIn(each, found);
  return found;
}

class IdCompleter {
  readonly #isTaken: (id: string) => boolean;
  readonly #own = new Set<string>();

  constructor(isTaken: (id: string) => boolean) {
    this.#isTaken = isTaken;
  }

  note(value: unknown): void {
    idsIn(value, this.#own);
  }

  statement(statement: Statement): Statement {
    switch (statement.kind) {
      case 'node': {
        const { node } = statement;
        const id = node.id ?? node.name;
        const attributes = this.#blocks(node.attributes, `${id}-instance_attributes`);
        const utilization = this.#blocks(node.utilization, `${id}-utilization`);
        return { ...statement, node: { ...node, id, attributes, utilization } };
      }
      case 'primitive':
        return { ...statement, primitive: this.#agent(statement.primitive) };
      case 'template':
        return { ...statement, template: this.#agent(statement.template) };
      case 'group':
        return { ...statement, group: this.#collective(statement.group) };
      case 'clone':
        return { ...statement, clone: this.#collective(statement.clone) };
      case 'bundle':
        return { ...statement, bundle: this.#collective(statement.bundle) };
      case 'constraint':
        return { ...statement, constraint: this.#constraint(statement.constraint) };
      case 'options':
      case 'resource-defaults':
      case 'operation-defaults':
        return { ...statement, block: this.#block(statement.block, statement.kind) };
      case 'fencing-topology':
        return {
          ...statement,
          levels: statement.levels.map((level) => ({ ...level, id: level.id ?? this.#fresh('fencing') })),
        };
      case 'alert':
        return { ...statement, alert: this.#raw(statement.alert, '') };
      case 'acl':
        return {
          ...statement,
          acl: statement.acl.name === 'acl_role' ? this.#raw(statement.acl, '') : statement.acl,
        };
      default:
        return statement;
    }
  }

  #fresh(wanted: string): string {
    let id = wanted;
    for (let number = 0; this.#own.has(id) || this.#isTaken(id); number++) id = `${wanted}-${number}`;
    this.#own.add(id);
    return id;
  }

  #agent<T extends Primitive | Template>(agent: T): T {
    const prefix = agent.operationsContainer?.id ?? agent.id;
    return {
      ...this.#collective(agent),
      utilization: this.#blocks(agent.utilization, `${agent.id}-utilization`),
      operations: agent.operations.map((each) => this.operation(each, prefix)),
    };
  }

  operation(operation: OperationDefinition, prefix: string): OperationDefinition {
    if (operation.idRef !== undefined) return operation;
    const interval = operation.attributes.interval ?? '0s';
    const id = operation.id ?? this.#fresh(`${prefix}-${operation.name ?? ''}-${interval}`);
    return {
      ...operation,
      id,
      params: this.#blocks(operation.params, `${id}-instance_attributes`),
      meta: this.#blocks(operation.meta, `${id}-meta_attributes`),
    };
  }

  #collective<T extends { id: string; params: readonly AttributeBlock[]; meta: readonly AttributeBlock[] }>(
    resource: T,
  ): T {
    return {
      ...resource,
      params: this.#blocks(resource.params, `${resource.id}-instance_attributes`),
      meta: this.#blocks(resource.meta, `${resource.id}-meta_attributes`),
    };
  }

  #blocks(blocks: readonly AttributeBlock[], wanted: string): AttributeBlock[] {
    return blocks.map((each) => this.#block(each, wanted));
  }

  #block(block: AttributeBlock, wanted: string): AttributeBlock {
    if (block.idRef !== undefined) return block;
    const id = block.id ?? this.#fresh(wanted);
    const pair = (each: NameValue): NameValue =>
      each.idRef !== undefined || each.id !== undefined
        ? each
        : { id: this.#fresh(`${id}-${idPart(each.name ?? '')}`), ...each };
    return { ...block, id, rules: this.#rules(block.rules, id), pairs: block.pairs.map(pair) };
  }

  #rules(rules: readonly Rule[], owner: string): Rule[] {
    return rules.map((rule) => {
      if (rule.idRef !== undefined) return rule;
      const id = rule.id ?? this.#fresh(`${owner}-rule`);
      return { ...rule, id, expressions: rule.expressions.map((each) => this.#expression(each, id)) };
    });
  }

  #expression(expression: RuleExpression, rule: string): RuleExpression {
    if (expression.kind === 'rule') return this.#rules([expression], rule)[0] ?? expression;
    const id = expression.id ?? this.#fresh(`${rule}-expression`);
    if (expression.kind !== 'date') return { ...expression, id };
    const { duration, dateSpec } = expression;
    const named = (
      part: Readonly<Record<string, string>>,
      name: string,
    ): Readonly<Record<string, string>> => ({ ...part, id: part.id ?? this.#fresh(`${id}-${name}`) });
    return {
      ...expression,
      id,
      ...(duration ? { duration: named(duration, 'duration') } : {}),
      ...(dateSpec ? { dateSpec: named(dateSpec, 'date_spec') } : {}),
    };
  }

  #constraint(constraint: Constraint): Constraint {
    const sets = constraint.sets.map(
      (set, index): ResourceSet =>
        set.id !== undefined || set.idRef !== undefined
          ? set
          : { id: this.#fresh(`${constraint.id}-${index}`), ...set },
    );
    return constraint.kind === 'location'
      ? { ...constraint, sets, rules: this.#rules(constraint.rules, constraint.id) }
      : { ...constraint, sets };
  }

  #raw(element: RawElement, owner: string): RawElement {
    const { name, attributes } = element;
    const needsId = !/^(select|attribute$)/.test(name);
    const label =
      name === 'nvpair'
        ? idPart(attributes.name ?? '')
        : name === 'acl_permission'
          ? (attributes.kind ?? '')
          : name;
    const id = attributes.id ?? (needsId ? this.#fresh(`${owner}-${label}`) : undefined);
    return {
      ...element,
      attributes: id === undefined ? attributes : { id, ...attributes },
      children: element.children.map((each) => this.#raw(each, id ?? owner)),
    };
  }
}

/** A name as part of an id: characters that ids cannot have become `_`. */
function idPart(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]/g, '_');
}

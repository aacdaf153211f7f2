import type { OperationDefinition, Primitive, Template } from '../configuration/resource.ts';
import { inWrittenOrder } from '../configuration/section-order.ts';
import { NotPrintable, type PrintContext, printBlock } from './print-attributes.ts';
import { assignment, assignments, joined, word } from './print-values.ts';
import type { PrintedStatement } from './printed-statement.ts';
import type { WrittenBundle, WrittenClone, WrittenGroup } from './statement.ts';

/** A primitive or template as a statement. */
export function printAgent(agent: Primitive | Template, context: PrintContext): PrintedStatement {
  const keyword = agent.kind === 'primitive' ? 'primitive' : 'rsc_template';
  const { operations, operationsContainer } = agent;
  const container = operationsContainer
    ? [
        joined(
          'operations',
          operationsContainer.id === undefined ? '' : `$id=${word(operationsContainer.id)}`,
          operationsContainer.idRef === undefined ? '' : `$id-ref=${word(operationsContainer.idRef)}`,
        ),
      ]
    : [];
  return {
    head: joined(keyword, word(agent.id), agentName(agent)),
    parts: [
      ...description(agent.description),
      ...inWrittenOrder(agent.sectionOrder, {
        params: agent.params.map((each) => printBlock('params', each, context)),
        meta: agent.meta.map((each) => printBlock('meta', each, context)),
        utilization: agent.utilization.map((each) => printBlock('utilization', each, context)),
        operations: [...container, ...operations.flatMap((each) => printOperation(each, context))],
      }),
    ],
  };
}

function agentName(agent: Primitive | Template): string {
  if (agent.kind === 'primitive' && agent.template !== undefined) return `@${word(agent.template)}`;
  if (agent.class === undefined || agent.type === undefined) throw new NotPrintable('no agent');
  if (agent.class === 'ocf' && agent.provider === 'heartbeat' && !agent.type.includes(':'))
    return word(agent.type);
  return [agent.class, agent.provider, agent.type]
    .filter((each) => each !== undefined)
    .map(word)
    .join(':');
}

function printOperation(operation: OperationDefinition, context: PrintContext): string[] {
  if (operation.idRef !== undefined) return [`op $id-ref=${word(operation.idRef)}`];
  if (operation.name === undefined) throw new NotPrintable('an operation without name');
  const id =
    operation.id !== undefined && context.isReferenced(operation.id) ? `$id=${word(operation.id)}` : '';
  return [
    joined('op', word(operation.name), id, assignments(operation.attributes)),
    ...inWrittenOrder(operation.sectionOrder, {
      params: operation.params.map((each) => printBlock('op_params', each, context)),
      meta: operation.meta.map((each) => printBlock('op_meta', each, context)),
    }),
  ];
}

/** A group as a statement. */
export function printGroup(group: WrittenGroup, context: PrintContext): PrintedStatement {
  return {
    head: joined('group', word(group.id), ...group.members.map(word)),
    parts: [...description(group.description), ...paramsAndMeta(group, context)],
  };
}

/** A clone as a statement. */
export function printClone(clone: WrittenClone, context: PrintContext): PrintedStatement {
  return {
    head: joined(clone.legacyMaster ? 'ms' : 'clone', word(clone.id), word(clone.child)),
    parts: [...description(clone.description), ...paramsAndMeta(clone, context)],
  };
}

/** A bundle as a statement. */
export function printBundle(bundle: WrittenBundle, context: PrintContext): PrintedStatement {
  const { container, network, storage, child } = bundle;
  const parts = [
    ...description(bundle.description),
    joined(container.runtime, assignments(container.attributes)),
  ];
  if (network) {
    const mappings = network.portMappings.map((each) => joined('port-mapping', assignments(each)));
    parts.push(joined('network', assignments(network.attributes), ...mappings));
  }
  if (storage.length > 0)
    parts.push(joined('storage', ...storage.map((each) => joined('storage-mapping', assignments(each)))));
  parts.push(...paramsAndMeta(bundle, context));
  if (child !== undefined) parts.push(`primitive ${word(child)}`);
  return { head: joined('bundle', word(bundle.id)), parts };
}

function paramsAndMeta(
  resource: WrittenGroup | WrittenClone | WrittenBundle,
  context: PrintContext,
): string[] {
  return inWrittenOrder(resource.sectionOrder, {
    params: resource.params.map((each) => printBlock('params', each, context)),
    meta: resource.meta.map((each) => printBlock('meta', each, context)),
  });
}

function description(text: string | undefined): string[] {
  return text === undefined ? [] : [assignment('description', text)];
}

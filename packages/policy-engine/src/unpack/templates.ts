import type { OperationDefinition, Primitive } from '@holdfast/model';
import type { UnpackContext } from './unpack-context.ts';

const ALWAYS_ROLE = 'Started';

/**
 * A primitive with its template merged in. The primitive's own blocks come last, so that they
 * win (see evaluateBlocks); an operation of the primitive replaces those of the template with the same
 * name and role, whatever their intervals.
 */
export function mergeTemplate(primitive: Primitive, context: UnpackContext): Primitive {
  const template = primitive.template === undefined ? undefined : context.templates.get(primitive.template);
  if (template === undefined) return primitive;
  const own = context.references.operations(primitive);
  const ownKeys = new Set(own.map(operationKey));
  const inherited = context.references
    .operations(template)
    .filter((operation) => !ownKeys.has(operationKey(operation)));
  const merged: Primitive = {
    ...primitive,
    meta: [...template.meta, ...primitive.meta],
    params: [...template.params, ...primitive.params],
    utilization: [...template.utilization, ...primitive.utilization],
    operations: [...own, ...inherited],
  };
  return {
    ...merged,
    ...(template.class === undefined ? {} : { class: template.class }),
    ...(template.provider === undefined ? {} : { provider: template.provider }),
    ...(template.type === undefined ? {} : { type: template.type }),
  };
}

function operationKey(operation: OperationDefinition): string {
  const role = operation.attributes.role ?? ALWAYS_ROLE;
  return `${operation.name ?? operation.attributes.name} ${role}`;
}

import { changeFromJson, operationCodec } from '../json/change-codec.ts';
import { LIMITS } from '../limits.ts';
import { ownErrors } from '../validate/own-errors.ts';
import type { ChangeOperation, ConfigurationChange } from './configuration-change.ts';
import { OPERATIONS_PER_SLICE } from './slices.ts';

/**
 * `changeFromJson` in slices, for changes so large that reading them would hold everything else up: each step reads and
 * checks some operations, and the last one returns the change. What it finds out about each entity is remembered, so
 * that `applyChange` costs a fraction afterwards. Pure: the result is that of `changeFromJson`.
 *
 * @throws HoldfastError JSON_INVALID naming the place
 */
export function* prepareChange(json: unknown): Generator<void, ConfigurationChange> {
  const list = (json as { readonly operations?: unknown } | null)?.operations;
  const isPlain =
    Array.isArray(list) && list.length <= LIMITS.operationsPerChange && Object.keys(json!).length === 1;
  // What is wrong as a whole is not worth slices.
  if (!isPlain) return changeFromJson(json);
  const operations: ChangeOperation[] = [];
  for (const [at, each] of list.entries()) {
    if (at % OPERATIONS_PER_SLICE === 0 && at > 0) yield;
    let operation: ChangeOperation;
    try {
      operation = operationCodec.decode(each, 0);
    } catch {
      // Says where it is wrong, in the words of the whole.
      return changeFromJson(json);
    }
    if (operation.kind === 'put') ownErrors(operation.entity);
    operations.push(operation);
  }
  return { operations };
}

import type { ChangeOperation, ConfigurationChange, EntityPosition } from '../change/configuration-change.ts';
import { ENTITY_KINDS, type Entity } from '../change/entity.ts';
import { HoldfastError } from '../errors/holdfast-error.ts';
import { LIMITS } from '../limits.ts';
import { byKind, type Codec, count, DecodeProblem, list, object, oneOf, optional, text } from './codec.ts';
import {
  attributeBlockCodec,
  constraintCodec,
  fencingLevelCodec,
  nodeCodec,
  rawElementCodec,
  resourceCodec,
  tagCodec,
  templateCodec,
} from './configuration-codec.ts';

/** One entity with its kind. */
export const entityCodec: Codec<Entity> = byKind<Entity>({
  options: object({ kind: oneOf('options'), value: attributeBlockCodec }),
  node: object({ kind: oneOf('node'), value: nodeCodec }),
  resource: object({ kind: oneOf('resource'), value: resourceCodec }),
  template: object({ kind: oneOf('template'), value: templateCodec }),
  constraint: object({ kind: oneOf('constraint'), value: constraintCodec }),
  'resource-defaults': object({ kind: oneOf('resource-defaults'), value: attributeBlockCodec }),
  'operation-defaults': object({ kind: oneOf('operation-defaults'), value: attributeBlockCodec }),
  'fencing-level': object({ kind: oneOf('fencing-level'), value: fencingLevelCodec }),
  tag: object({ kind: oneOf('tag'), value: tagCodec }),
  alert: object({ kind: oneOf('alert'), value: rawElementCodec }),
  acl: object({ kind: oneOf('acl'), value: rawElementCodec }),
});

const end = object<{ at: 'first' | 'last' }>({ at: oneOf('first', 'last') });
const beside = object<{ at: 'before' | 'after'; id: string }>({ at: oneOf('before', 'after'), id: text });
const position: Codec<EntityPosition> = {
  encode: (value) => ('id' in value ? beside.encode(value) : end.encode(value)),
  decode: (json, depth) =>
    typeof json === 'object' && json !== null && 'id' in json
      ? beside.decode(json, depth)
      : (end.decode(json, depth) as EntityPosition),
};

/** One put or delete. */
export const operationCodec: Codec<ChangeOperation> = byKind<ChangeOperation>({
  put: object({
    kind: oneOf('put'),
    entity: entityCodec,
    expectedRevision: optional(count),
    position: optional(position),
  }),
  delete: object({
    kind: oneOf('delete'),
    entityKind: oneOf(...ENTITY_KINDS),
    id: text,
    expectedRevision: optional(count),
  }),
});

const changeCodec: Codec<ConfigurationChange> = object<ConfigurationChange>({
  operations: list(operationCodec, LIMITS.operationsPerChange),
});

/** A change as plain JSON with a fixed key order. */
export function changeToJson(change: ConfigurationChange): unknown {
  return changeCodec.encode(change);
}

const READ = new WeakMap<object, ConfigurationChange>();
/** What was read of a change with more operations is not kept beside its JSON: only short ones are worth the memory. */
const KEPT_OPERATIONS = 20;

/**
 * Checks plain JSON and returns the change. A short one is read once: the leader needs it to answer and to apply it,
 * and what is known of its entities is kept with them.
 *
 * @throws HoldfastError JSON_INVALID naming the place
 */
export function changeFromJson(json: unknown): ConfigurationChange {
  const isObject = typeof json === 'object' && json !== null;
  const known = isObject ? READ.get(json) : undefined;
  if (known) return known;
  const change = decodeOrExplain(changeCodec, json, 'change');
  if (isObject && change.operations.length <= KEPT_OPERATIONS) READ.set(json, change);
  return change;
}

/** Decodes; a wrong shape becomes a HoldfastError that names `what` and the place in it. */
export function decodeOrExplain<T>(codec: Codec<T>, json: unknown, what: string): T {
  try {
    return codec.decode(json, 0);
  } catch (error) {
    if (!(error instanceof DecodeProblem)) throw error;
    throw new HoldfastError('JSON_INVALID', { what, problem: `${what}${error.path} ${error.problem}` });
  }
}

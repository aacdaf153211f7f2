import type { OperationDefinition, Primitive } from '../configuration/resource.ts';
import { HoldfastError } from '../errors/holdfast-error.ts';
import { parseDurationMs } from '../validate/value-syntax.ts';
import type { ConfigurationDraft } from './configuration-draft.ts';
import { setInBlocks } from './edit-attributes.ts';

/** Where agents of the shell library write their traces unless they are told otherwise. */
export const DEFAULT_TRACE_FOLDER = '/var/lib/heartbeat/trace_ra';

/** Which operations of a resource are traced. */
export interface TraceOptions {
  /** Name of the operation; `probe` is the monitor with interval 0. Absent: all that are configured. */
  readonly operation?: string;
  /** Interval as written, to choose one of several. */
  readonly interval?: string;
  /** @default DEFAULT_TRACE_FOLDER */
  readonly folder?: string;
}

/**
 * Makes an agent write what it does for some operations (`trace_ra`, a feature of the shell library agents are written
 * with). An operation that is not configured is added. @throws HoldfastError NO_SUCH_OBJECT
 */
export function traceOperations(draft: ConfigurationDraft, id: string, options: TraceOptions = {}): void {
  const primitive = primitiveOf(draft, id);
  const folder = options.folder ?? DEFAULT_TRACE_FOLDER;
  const wanted = matcher(options);
  const known = primitive.operations.some(wanted);
  const added: OperationDefinition[] =
    known || options.operation === undefined
      ? []
      : [
          {
            name: operationName(options.operation),
            attributes: { interval: options.interval ?? '0' },
            params: [],
            meta: [],
          },
        ];
  const operations = [...primitive.operations, ...added].map((each) =>
    wanted(each)
      ? { ...each, params: setInBlocks(setInBlocks(each.params, 'trace_ra', '1'), 'trace_dir', folder) }
      : each,
  );
  draft.replace({ kind: 'primitive', primitive: { ...primitive, operations } });
}

/** Ends what `traceOperations` began; an operation that says nothing else goes. @throws HoldfastError NO_SUCH_OBJECT */
export function untraceOperations(draft: ConfigurationDraft, id: string, options: TraceOptions = {}): void {
  const primitive = primitiveOf(draft, id);
  const wanted = matcher(options);
  const operations = primitive.operations.flatMap((each) => {
    if (!wanted(each)) return [each];
    const params = setInBlocks(setInBlocks(each.params, 'trace_ra', null), 'trace_dir', null).filter(
      (block) => block.pairs.length > 0 || block.rules.length > 0,
    );
    return saysNothing({ ...each, params }) ? [] : [{ ...each, params }];
  });
  draft.replace({ kind: 'primitive', primitive: { ...primitive, operations } });
}

function primitiveOf(draft: ConfigurationDraft, id: string): Primitive {
  const found = draft.find(id);
  if (found?.kind !== 'primitive') throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'primitive', id });
  return found.primitive;
}

function operationName(name: string): string {
  return name === 'probe' ? 'monitor' : name;
}

function matcher({ operation, interval }: TraceOptions): (each: OperationDefinition) => boolean {
  const wantedMs = operation === 'probe' ? 0 : interval === undefined ? undefined : parseDurationMs(interval);
  return ({ name, attributes }) => {
    if (operation === undefined) return true;
    const ms = parseDurationMs(attributes.interval ?? '0');
    return name === operationName(operation) && (wantedMs === undefined || ms === wantedMs);
  };
}

/** A probe without any setting of its own. */
function saysNothing({ name, attributes, params, meta }: OperationDefinition): boolean {
  const { interval = '0', ...others } = attributes;
  return (
    name === 'monitor' &&
    parseDurationMs(interval) === 0 &&
    Object.keys(others).length === 0 &&
    params.length + meta.length === 0
  );
}

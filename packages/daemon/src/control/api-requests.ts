import { LIMITS } from '@holdfast/model';
import type { ApiRequest } from '@holdfast/protocol';
import { CONTROL_PATHS } from '@holdfast/protocol';
import type { RequestFields } from './request-fields.ts';

type Reader = (fields: RequestFields) => ApiRequest;

const MAX_WAIT_MS = 3_600_000;
/** Each has at least one operation. */
const MAX_PARTS = LIMITS.operationsPerChange;

/** Routes that are put to the node as they are, and how their body (or query) is read. */
export const API_REQUESTS: Readonly<Record<string, Reader>> = {
  [CONTROL_PATHS.status]: () => ({ kind: 'status' }),
  [CONTROL_PATHS.configuration]: () => ({ kind: 'configuration' }),
  [CONTROL_PATHS.change]: (fields) =>
    fields.value('staged') === undefined
      ? {
          kind: 'change',
          change: fields.value('change'),
          dryRun: fields.flag('dryRun', false),
          origin: fields.text('origin'),
        }
      : {
          kind: 'changeStaged',
          id: fields.text('staged'),
          parts: fields.count('parts', 0, MAX_PARTS),
          dryRun: fields.flag('dryRun', false),
          origin: fields.text('origin'),
        },
  [CONTROL_PATHS.stage]: (fields) => ({
    kind: 'stage',
    id: fields.text('staged'),
    part: fields.count('part', 0, MAX_PARTS),
    operations: fields.list('operations', LIMITS.operationsPerChange),
  }),
  [CONTROL_PATHS.cleanup]: (fields) => ({
    kind: 'cleanup',
    ...fields.optionalText('resource'),
    ...fields.optionalText('node'),
    ...fields.optionalText('operation'),
    origin: fields.text('origin'),
  }),
  [CONTROL_PATHS.fence]: (fields) => ({
    kind: 'fence',
    node: fields.text('node'),
    action: fields.oneOf('action', ['off', 'reboot']),
    origin: fields.text('origin'),
  }),
  [CONTROL_PATHS.confirmFenced]: (fields) => ({
    kind: 'confirmFenced',
    node: fields.text('node'),
    operator: fields.text('operator'),
    reason: fields.text('reason'),
  }),
  [CONTROL_PATHS.leave]: (fields) => ({
    kind: 'leave',
    timeoutMs: fields.count('timeoutMs', 60_000, MAX_WAIT_MS),
  }),
  [CONTROL_PATHS.stopAll]: (fields) => ({ kind: 'stopAll', origin: fields.text('origin') }),
  [CONTROL_PATHS.attribute]: (fields) => ({
    kind: 'attribute',
    node: fields.text('node'),
    name: fields.text('name'),
    value: fields.value('value') === null ? null : fields.text('value'),
    lifetime: fields.oneOf('lifetime', ['forever', 'reboot']),
    origin: fields.text('origin'),
  }),
  [CONTROL_PATHS.explain]: (fields) => ({ kind: 'explain', ...fields.optionalText('resource') }),
  [CONTROL_PATHS.transition]: (fields) => ({ kind: 'transition', ...fields.optionalText('id') }),
};

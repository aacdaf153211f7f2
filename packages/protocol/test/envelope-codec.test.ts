import { HoldfastError } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { decodeEnvelope, type Envelope, encodeEnvelope, MAX_FRAME_BYTES } from '../src/index.ts';

const CLUSTER = '11111111-2222-3333-4444-555555555555';

function code(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof HoldfastError ? error.code : String(error);
  }
  return 'accepted';
}

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const frame = (parts: unknown) => bytes({ cluster: CLUSTER, incarnation: 1, life: 'a', parts });

describe('peer envelopes', () => {
  test('what is encoded is decoded again', () => {
    const envelope: Envelope = {
      cluster: CLUSTER,
      incarnation: 4,
      life: 'd00d',
      parts: [
        { kind: 'leaseAsk', incarnation: 3, sentAtMs: 12.5 },
        { kind: 'hello', incarnation: 4, life: 'd00d', featureLevel: 1, watchdogMs: null, watchdogRound: 0 },
        {
          kind: 'command',
          token: { term: 2, transition: 7, configIndex: 9, incarnation: 4 },
          afterIndex: 11,
          action: {
            id: 3,
            kind: 'resource',
            operation: 'start',
            operationKey: 'web_start_0',
            onNode: 'n1',
            resource: { id: 'web', class: 'ocf', provider: 'holdfast', type: 'service' },
            attributes: { CRM_meta_timeout: '20000', port: '80' },
            downed: [],
          },
        },
      ],
    };
    expect(decodeEnvelope(encodeEnvelope(envelope), CLUSTER)).toEqual(envelope);
  });

  test('frames stay as they are while others are made', () => {
    const make = (at: number) => ({ cluster: CLUSTER, incarnation: at + 1, life: 'a', parts: [] });
    const frames = Array.from({ length: 3000 }, (_, at) => encodeEnvelope(make(at)));
    frames.forEach((bytes, at) => {
      expect(decodeEnvelope(bytes, CLUSTER)).toEqual(make(at));
    });
  });

  test('a frame of another cluster is refused', () => {
    expect(code(() => decodeEnvelope(frame([]), 'other'))).toBe('WRONG_CLUSTER');
  });

  test('a frame above the limit is refused before it is read, and never made', () => {
    expect(code(() => decodeEnvelope(new Uint8Array(MAX_FRAME_BYTES + 1), CLUSTER))).toBe('FRAME_TOO_LARGE');
    const parts = [{ kind: 'membership' as const, body: { text: 'x'.repeat(MAX_FRAME_BYTES) } }];
    expect(code(() => encodeEnvelope({ cluster: CLUSTER, incarnation: 1, life: 'a', parts }))).toBe(
      'FRAME_TOO_LARGE',
    );
  });

  test.each([
    ['no JSON', new Uint8Array([123, 34, 255])],
    ['cut off', bytes({ cluster: CLUSTER }).slice(0, 10)],
    ['a list', bytes([])],
    ['null', bytes(null)],
    ['deep nesting', new TextEncoder().encode('['.repeat(100_000))],
    ['no parts', bytes({ cluster: CLUSTER, incarnation: 1, life: 'a' })],
    ['no incarnation', bytes({ cluster: CLUSTER, life: 'a', parts: [] })],
    ['no life', bytes({ cluster: CLUSTER, incarnation: 1, parts: [] })],
    ['a negative incarnation', bytes({ cluster: CLUSTER, incarnation: -1, life: 'a', parts: [] })],
    ['an unknown kind', frame([{ kind: 'rm -rf' }])],
    ['an inherited name as kind', frame([{ kind: 'constructor' }])],
    ['a part that is null', frame([null])],
    ['a missing field', frame([{ kind: 'hello', incarnation: 1 }])],
    ['a wrong type', frame([{ kind: 'leaseAsk', incarnation: 3, sentAtMs: '1' }])],
    ['not a number', frame([{ kind: 'lease', term: null, incarnation: 3, sentAtMs: 1, quorumOffsetMs: 1 }])],
    ['too many parts', frame(new Array(10_001).fill({ kind: 'leaseAsk', incarnation: 3, sentAtMs: 1 }))],
    ['a half action', frame([{ kind: 'command', token: {}, afterIndex: 0, action: { id: 1 } }])],
  ])('malformed: %s', (_name, input) => {
    expect(code(() => decodeEnvelope(input, CLUSTER))).toBe('FRAME_MALFORMED');
  });
});

import { HoldfastError } from '@holdfast/model';
import { expect, test } from 'vitest';
import { decodePeerEnvelope } from '../src/index.ts';

function code(parts: unknown[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify({ cluster: 'c', incarnation: 1, life: 'a', parts }));
  try {
    decodePeerEnvelope(bytes, 'c');
  } catch (error) {
    return error instanceof HoldfastError ? error.code : String(error);
  }
  return 'accepted';
}

const entry = { index: 1, term: 1, bytes: 64, kind: 'rm' };
const append = {
  type: 'append',
  term: 1,
  previousIndex: 0,
  previousTerm: 0,
  commitIndex: 0,
  entries: [entry],
};

test.each([
  ['a consensus message of no known type', { kind: 'consensus', body: { type: 'x', term: 1 } }],
  ['a vote without a term', { kind: 'consensus', body: { type: 'vote-reply', granted: true } }],
  ['a log entry of no known kind', { kind: 'consensus', body: append }],
  ['a heartbeat without a clock', { kind: 'membership', body: { type: 'heartbeat', incarnation: 1 } }],
])('S13: %s is refused', (_name, part) => {
  expect(code([part])).toBe('FRAME_MALFORMED');
});

test('a valid message passes', () => {
  const body = { type: 'probe', incarnation: 1, sentAtMs: 4.5 };
  expect(code([{ kind: 'membership', body }])).toBe('accepted');
});

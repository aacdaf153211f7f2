import { AssertionFailure, assert } from '../assert.ts';

/**
 * One thing every implementation of a port must do. Run it inside any test runner; a rejection is a
 * failure.
 */
export interface ComplianceCheck {
  /** Reads as a sentence: what the implementation does. */
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Compares as JSON, with the keys of objects in any order. @throws AssertionFailure when they differ */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  const found = canonical(actual);
  const wanted = canonical(expected);
  assert(found === wanted, `${what}: expected ${wanted}, found ${found}`);
}

/** @throws AssertionFailure when the promise resolves */
export async function expectRejection(promise: Promise<unknown>, what: string): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new AssertionFailure(`${what}: expected a rejection, found ${canonical(value)}`);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Thrown when the program finds itself in a state that must never occur. The daemon stops on it. */
export class AssertionFailure extends Error {
  override readonly name = 'AssertionFailure';
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.details = details;
  }
}

/** Checks an invariant; stays on in production. @throws AssertionFailure when the condition is false. */
export function assert(
  condition: unknown,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): asserts condition {
  if (!condition) throw new AssertionFailure(message, details);
}

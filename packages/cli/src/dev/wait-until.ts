import { HoldfastError } from '@holdfast/model';

export interface WaitOptions {
  /** What is waited for, for the error. */
  readonly operation: string;
  readonly timeoutMs: number;
  /** @default 50 */
  readonly intervalMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks again and again until the answer is there. Errors of the asking count as "not yet", and the last one is the reason
 * in the error. @throws HoldfastError TIMEOUT
 */
export async function waitUntil<T>(
  options: WaitOptions,
  ask: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const deadlineMs = performance.now() + options.timeoutMs;
  let problem = 'it has not happened';
  while (performance.now() < deadlineMs) {
    options.signal?.throwIfAborted();
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, options.intervalMs ?? 50));
  }
  throw new HoldfastError('TIMEOUT', { operation: options.operation, timeoutMs: options.timeoutMs, problem });
}

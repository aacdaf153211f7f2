import type { ControlClient, StatusReport } from '@holdfast/client';
import { HoldfastError } from '@holdfast/model';

export interface WaitOptions {
  readonly timeoutMs: number;
  /** What is waited for, as it is named in the error. */
  readonly operation: string;
  /** Says what is missing, from the last status seen. */
  readonly problem: (status: StatusReport | undefined) => string;
}

/** Watches the cluster until a status satisfies the condition. @throws HoldfastError TIMEOUT, NOT_CONNECTED */
export async function waitForStatus(
  client: ControlClient,
  condition: (status: StatusReport) => boolean,
  options: WaitOptions,
): Promise<StatusReport> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  let last: StatusReport | undefined;
  for await (const item of client.watch({ signal })) {
    if (item.kind !== 'status') continue;
    last = item.status;
    if (condition(last)) return last;
  }
  const { operation, timeoutMs } = options;
  throw new HoldfastError('TIMEOUT', { operation, timeoutMs, problem: options.problem(last) });
}

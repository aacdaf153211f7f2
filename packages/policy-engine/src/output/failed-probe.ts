import type { ResourceInstance } from '../state/index.ts';
import type { StatusContext } from './status-context.ts';

/** Why a probe found a resource unusable, in the words of the status display; `undefined` if none did. */
export function failedProbeText(
  resource: ResourceInstance,
  nodeName: string | undefined,
  { state }: StatusContext,
): string | undefined {
  if (resource.top(true).isBundle) return undefined;
  for (const node of state.input.status.nodes) {
    if (nodeName !== undefined && node.name !== nodeName) continue;
    const history = node.resources.find(({ id }) => id === resource.historyId || id === resource.id);
    const latest = history?.operations.reduce<(typeof history.operations)[number] | undefined>(
      (best, operation) => (best === undefined || operation.callId >= best.callId ? operation : best),
      undefined,
    );
    const timeoutS = Math.trunc(resource.failureTimeoutMs / 1000);
    if (
      timeoutS > 0 &&
      latest?.lastRcChange !== undefined &&
      latest.lastRcChange + timeoutS <= state.nowSeconds
    )
      continue;
    if (latest === undefined || latest.operation !== 'monitor' || latest.intervalMs !== 0) continue;
    if (latest.rcCode === NOT_INSTALLED || latest.opStatus === STATUS_NOT_INSTALLED) return 'Not installed';
  }
  return undefined;
}

/** OCF_ERR_INSTALLED, and the execution status that means the same. */
const NOT_INSTALLED = 5;
const STATUS_NOT_INSTALLED = 7;

import type { AgentResult, FenceResult } from '@holdfast/ports';
import type { Outbox } from '../outbox.ts';
import { OCF, OP_STATUS } from './operation-result.ts';
import type { Job, ResourceSlot } from './resource-slot.ts';

/**
 * Runs an operation of a fence device, which is no process: starting and watching it is a check that its agent answers,
 * stopping and probing it happen in memory. Returns the result if it is known at once.
 */
export function runDevice(
  slot: ResourceSlot,
  job: Job,
  runId: number,
  outbox: Outbox,
): AgentResult | undefined {
  const { operation, intervalMs, timeoutMs, action } = job;
  if (operation === 'start' || (operation === 'monitor' && intervalMs > 0)) {
    const parameters = Object.entries(action.attributes).filter(
      ([name]) => !/^(CRM_meta_|pcmk_|crm_)/.test(name),
    );
    const run = {
      runId,
      agent: slot.history.resource.type,
      action: 'monitor',
      parameters: Object.fromEntries(parameters),
      timeoutMs,
    };
    outbox.emit({ kind: 'runFence', run });
    return undefined;
  }
  const probed = slot.deviceRegistered ? OCF.ok : OCF.notRunning;
  const rcCode = operation === 'monitor' ? probed : OCF.ok;
  if (operation === 'stop') slot.deviceRegistered = false;
  return { runId, rcCode, opStatus: OP_STATUS.done, execTimeMs: 0, queueTimeMs: 0 };
}

/** What a fence agent's answer means for the device resource. */
export function agentResultOf(slot: ResourceSlot, result: FenceResult): AgentResult {
  const ok = result.rcCode === 0;
  if (ok) slot.deviceRegistered = true;
  const opStatus = ok ? OP_STATUS.done : result.timedOut ? OP_STATUS.timeout : OP_STATUS.error;
  const { runId, execTimeMs, reason } = result;
  const rcCode = ok ? OCF.ok : OCF.error;
  const agent = { runId, rcCode, opStatus, execTimeMs, queueTimeMs: 0 };
  return reason === undefined ? agent : { ...agent, exitReason: reason };
}

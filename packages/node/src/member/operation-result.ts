/** Operation status numbers of the CIB (`op-status`). */
export const OP_STATUS = { pending: -1, done: 0, cancelled: 1, timeout: 2, error: 4 } as const;
/** OCF exit codes the core looks at. */
export const OCF = { ok: 0, error: 1, notInstalled: 5, notRunning: 7, promoted: 8, unknown: 193 } as const;

/** Whether a result is a failure: an error status, or an exit code other than the expected one. */
export function hasFailed(opStatus: number, rcCode: number, targetRc: number): boolean {
  if (opStatus === OP_STATUS.pending || opStatus === OP_STATUS.cancelled) return false;
  return opStatus !== OP_STATUS.done || rcCode !== targetRc;
}

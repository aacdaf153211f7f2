/** OCF exit codes that the executor itself gives (resource agent API 1.1, "exit status codes"). */
export const OCF = {
  ok: 0,
  genericError: 1,
  unimplemented: 3,
  permission: 4,
  notInstalled: 5,
  notRunning: 7,
} as const;

/** Status of an operation as recorded in the history. */
export const OPERATION_STATUS = { done: 0, cancelled: 1, timeout: 2, error: 4, notInstalled: 7 } as const;

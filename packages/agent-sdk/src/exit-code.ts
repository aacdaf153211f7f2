/** Exit codes of the OCF resource agent API 1.1, section "exit status codes". */
export const EXIT_CODE = {
  ok: 0,
  generic: 1,
  arguments: 2,
  unimplemented: 3,
  permission: 4,
  notInstalled: 5,
  notConfigured: 6,
  notRunning: 7,
  runningPromoted: 8,
  failedPromoted: 9,
  degraded: 190,
  degradedPromoted: 191,
} as const;

/** A failed action. The message is shown to the operator as the exit reason. */
export class AgentError extends Error {
  override readonly name: string = 'AgentError';
  /** OCF exit code. */
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT_CODE.generic) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The action does not exist or is not supported (3). */
export class UnimplementedError extends AgentError {
  override readonly name = 'UnimplementedError';
  constructor(message: string) {
    super(message, EXIT_CODE.unimplemented);
  }
}

/** The arguments are wrong for this host; another may do (2). The resource leaves this host. */
export class ArgumentError extends AgentError {
  override readonly name = 'ArgumentError';
  constructor(message: string) {
    super(message, EXIT_CODE.arguments);
  }
}

/** The agent may not do what it should (4). The resource leaves this host. */
export class PermissionError extends AgentError {
  override readonly name = 'PermissionError';
  constructor(message: string) {
    super(message, EXIT_CODE.permission);
  }
}

/** A program or device is missing on this host (5). The resource leaves this host. */
export class NotInstalledError extends AgentError {
  override readonly name = 'NotInstalledError';
  constructor(message: string) {
    super(message, EXIT_CODE.notInstalled);
  }
}

/** The configuration is wrong on every host (6). The resource is stopped everywhere. */
export class NotConfiguredError extends AgentError {
  override readonly name = 'NotConfiguredError';
  constructor(message: string) {
    super(message, EXIT_CODE.notConfigured);
  }
}

/** A promoted instance has failed (9). */
export class FailedPromotedError extends AgentError {
  override readonly name = 'FailedPromotedError';
  constructor(message: string) {
    super(message, EXIT_CODE.failedPromoted);
  }
}

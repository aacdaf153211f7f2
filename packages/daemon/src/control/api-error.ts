import { type ErrorCode, HoldfastError } from '@holdfast/model';
import type { ApiResponse } from '@holdfast/protocol';

/** The answer that carries a catalogue error. */
export function errorResponse(error: HoldfastError): ApiResponse {
  const { code, message, why, action, details } = error.toJSON();
  return { ok: false, error: { code, message, why, action, details } };
}

/** HTTP status of a catalogue error; clients go by the code in the body, proxies and people by this. */
export function httpStatus(code: ErrorCode): number {
  switch (code) {
    case 'REQUEST_TOO_LARGE':
    case 'CONFIG_TOO_LARGE':
      return 413;
    case 'NO_SUCH_OBJECT':
      return 404;
    case 'CONFIG_CONFLICT':
    case 'ALREADY_A_MEMBER':
      return 409;
    case 'TOO_MANY_REQUESTS':
    case 'NO_QUORUM':
    case 'NO_LEADER':
    case 'NOT_A_MEMBER':
      return 503;
    case 'TIMEOUT':
      return 504;
    default:
      return new HoldfastError(code).exitCode === 1 ? 500 : 400;
  }
}

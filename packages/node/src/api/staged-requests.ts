import { LIMITS } from '@holdfast/model';
import type { ApiRequest } from '@holdfast/protocol';
import type { ReplicatedCommand } from '../replicated/command.ts';

const MAX_ID_CHARS = 64;

/** The entry that a request about a staged change asks for. Another member may have sent anything: undefined then. */
export function stagedCommand(
  request: Extract<ApiRequest, { kind: 'stage' | 'changeStaged' }>,
  atMs: number,
): ReplicatedCommand | undefined {
  const { id } = request;
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID_CHARS) return undefined;
  if (request.kind === 'changeStaged') {
    const { parts, dryRun, origin } = request;
    if (!isCount(parts)) return undefined;
    return { kind: 'configureStaged', id, parts, dryRun: dryRun === true, origin: String(origin), atMs };
  }
  const { part, operations } = request;
  if (!isCount(part) || !Array.isArray(operations) || operations.length > LIMITS.operationsPerChange)
    return undefined;
  return { kind: 'stage', id, part, operations };
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

import { HoldfastError } from '@holdfast/model';
import type { ApiResponse, JoinRequest } from '@holdfast/protocol';
import { errorResponse } from '../control/api-error.ts';
import { isContact } from './join-token.ts';

/** Reads what a joiner sent over the join protocol. @throws HoldfastError FRAME_MALFORMED */
export function decodeJoinRequest(bytes: Uint8Array): JoinRequest {
  const value = parse(bytes);
  if (!isContact(value)) throw new HoldfastError('FRAME_MALFORMED', { problem: 'not a join request' });
  const { name, peerId, addresses } = value;
  return { name, peerId, addresses };
}

/** Reads the answer of a member to a joiner. @throws HoldfastError FRAME_MALFORMED */
export function decodeJoinResponse(bytes: Uint8Array): ApiResponse {
  const value = parse(bytes) as Partial<ApiResponse> | null;
  if (typeof value?.ok !== 'boolean')
    throw new HoldfastError('FRAME_MALFORMED', { problem: 'not a join answer' });
  return value as ApiResponse;
}

/** Bytes of a join request or its answer. */
export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** Answers a join request; whatever goes wrong becomes an answer the joiner can read. */
export async function answerJoin(
  bytes: Uint8Array,
  admit: (request: JoinRequest) => Promise<ApiResponse>,
): Promise<Uint8Array> {
  try {
    return encodeJson(await admit(decodeJoinRequest(bytes)));
  } catch (error) {
    if (error instanceof HoldfastError) return encodeJson(errorResponse(error));
    throw error;
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new HoldfastError('FRAME_MALFORMED', { problem: 'not JSON' });
  }
}

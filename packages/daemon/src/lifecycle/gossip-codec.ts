import { HoldfastError } from '@holdfast/model';

/** A gossip payload as bytes. The cluster is named by the topic's members: only they are let in. */
export function encodeGossip(payload: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(payload));
}

/** @throws HoldfastError FRAME_MALFORMED */
export function decodeGossip(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new HoldfastError('FRAME_MALFORMED', { problem: 'gossip that is not JSON' });
  }
}

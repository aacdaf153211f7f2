import { HoldfastError } from '@holdfast/model';
import type { Envelope } from './peer-message.ts';
import { isPeerMessage } from './peer-shapes.ts';
import { isCount, isName, isRecord } from './shape.ts';

/**
 * Largest frame in bytes: above the largest configuration, which a member that is not the leader passes on to its
 * client in one frame. Snapshots travel in small parts.
 */
export const MAX_FRAME_BYTES = 48 * 1024 * 1024;
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { fatal: true });
/** Messages in one envelope. */
export const MAX_PARTS = 10_000;

/** One envelope as bytes. @throws HoldfastError FRAME_TOO_LARGE */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  const bytes = ENCODER.encode(JSON.stringify(envelope));
  if (bytes.length > MAX_FRAME_BYTES) {
    throw new HoldfastError('FRAME_TOO_LARGE', { size: bytes.length, limit: MAX_FRAME_BYTES });
  }
  return bytes;
}

/**
 * Reads and checks a frame. Nothing of a refused frame is used (S13).
 *
 * @param cluster this member's cluster UUID
 * @throws HoldfastError FRAME_TOO_LARGE, FRAME_MALFORMED or WRONG_CLUSTER
 */
export function decodeEnvelope(bytes: Uint8Array, cluster: string): Envelope {
  if (bytes.length > MAX_FRAME_BYTES) {
    throw new HoldfastError('FRAME_TOO_LARGE', { size: bytes.length, limit: MAX_FRAME_BYTES });
  }
  return checkEnvelope(parse(bytes), cluster);
}

/** The same checks on a value that is decoded already. @throws HoldfastError FRAME_MALFORMED or WRONG_CLUSTER */
export function checkEnvelope(value: unknown, cluster: string): Envelope {
  if (!isRecord(value)) throw malformed('it is no object');
  const { cluster: theirs, incarnation, parts } = value;
  if (!isName(theirs)) throw malformed('it names no cluster');
  if (theirs !== cluster) throw new HoldfastError('WRONG_CLUSTER', { theirs: String(theirs), ours: cluster });
  if (!isCount(incarnation)) throw malformed('it names no incarnation');
  if (!Array.isArray(parts) || parts.length > MAX_PARTS) throw malformed('it holds no list of messages');
  for (const part of parts) {
    if (!isRecord(part)) throw malformed('a message is no object');
    if (!isPeerMessage(part)) throw malformed(`a message is not valid: ${String(part.kind).slice(0, 40)}`);
  }
  return value as unknown as Envelope;
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(DECODER.decode(bytes)) as unknown;
  } catch (error) {
    throw malformed(error instanceof Error ? error.message.slice(0, 100) : 'it is no JSON');
  }
}

function malformed(problem: string): HoldfastError {
  return new HoldfastError('FRAME_MALFORMED', { problem });
}

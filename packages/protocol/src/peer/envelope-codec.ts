import { HoldfastError } from '@holdfast/model';
import type { Envelope } from './peer-message.ts';
import { isPeerMessage } from './peer-shapes.ts';
import { isCount, isName, isRecord } from './shape.ts';

/**
 * Largest frame in bytes: above the largest explanation of a large cluster, which a member that is not the leader
 * passes on to its client in one frame. Snapshots and large changes travel in small parts, configurations not at all.
 */
export const MAX_FRAME_BYTES = 48 * 1024 * 1024;
const ENCODER = new TextEncoder();
/**
 * Small frames are written into pieces of one array: memory of its own for each heartbeat costs more than all the rest
 * of encoding it. Nothing of an array is written twice, so a frame stays as it is for as long as somebody holds it.
 */
const POOL_BYTES = 64 * 1024;
const MAX_POOLED_CHARS = 2 * 1024;
let pool = new Uint8Array(0);
let pooled = 0;
const DECODER = new TextDecoder('utf-8', { fatal: true });
/** Messages in one envelope. */
export const MAX_PARTS = 10_000;

/** One envelope as bytes. @throws HoldfastError FRAME_TOO_LARGE */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  const text = JSON.stringify(envelope);
  if (text.length <= MAX_POOLED_CHARS) return encodeSmall(text);
  const bytes = ENCODER.encode(text);
  if (bytes.length > MAX_FRAME_BYTES) {
    throw new HoldfastError('FRAME_TOO_LARGE', { size: bytes.length, limit: MAX_FRAME_BYTES });
  }
  return bytes;
}

function encodeSmall(text: string): Uint8Array {
  // At most three bytes for each unit of UTF-16.
  if (pooled + 3 * text.length > pool.length) {
    pool = new Uint8Array(POOL_BYTES);
    pooled = 0;
  }
  const start = pooled;
  pooled += ENCODER.encodeInto(text, pool.subarray(start)).written;
  return pool.subarray(start, pooled);
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
  const { cluster: theirs, incarnation, life, parts } = value;
  if (!isName(theirs)) throw malformed('it names no cluster');
  if (theirs !== cluster) throw new HoldfastError('WRONG_CLUSTER', { theirs: String(theirs), ours: cluster });
  if (!isCount(incarnation)) throw malformed('it names no incarnation');
  if (!isName(life)) throw malformed('it names no life');
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

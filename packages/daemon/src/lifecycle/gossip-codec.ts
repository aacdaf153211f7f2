import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { HoldfastError } from '@holdfast/model';

/**
 * Longer texts are compressed: gossip takes no more than 1 MiB, and the status of some 4,000 resources is longer, but
 * says much the same of each. Characters.
 */
const PLAIN_CHARS = 64 * 1024;
/** Bounds what a few bytes can make of themselves: the status of 100,000 resources. Bytes. */
const MAX_INFLATED_BYTES = 32 * 1024 * 1024;
/** First byte of what is compressed. No JSON begins with it. */
const COMPRESSED = 0;

/** A gossip payload as bytes. The cluster is named by the topic's members: only they are let in. */
export function encodeGossip(payload: unknown): Uint8Array {
  const text = JSON.stringify(payload);
  if (text.length <= PLAIN_CHARS) return new TextEncoder().encode(text);
  return Buffer.concat([Buffer.of(COMPRESSED), deflateRawSync(text, { level: 1 })]);
}

/** @throws HoldfastError FRAME_MALFORMED */
export function decodeGossip(bytes: Uint8Array): unknown {
  try {
    const plain =
      bytes[0] === COMPRESSED
        ? inflateRawSync(bytes.subarray(1), { maxOutputLength: MAX_INFLATED_BYTES })
        : bytes;
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plain));
  } catch {
    throw new HoldfastError('FRAME_MALFORMED', { problem: 'gossip that is not JSON' });
  }
}

import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What the checks found; the opener turns it into STORE_CORRUPT with the path. */
export class StoreDamage extends Error {
  override readonly name = 'StoreDamage';
}

const SUM_LENGTH = 8;
const INDEX_DIGITS = 16;

/** Key of the record that describes the whole store as of the batch it was written in. */
export const HEAD_KEY = 'h';
const RECORD_PREFIX = 'r/';
const ENTRY_PREFIX = 'e/';

export function recordKey(name: string): string {
  return RECORD_PREFIX + name;
}

export function entryKey(index: number): string {
  return ENTRY_PREFIX + index.toString(16).padStart(INDEX_DIGITS, '0');
}

export type ParsedKey =
  | { readonly kind: 'head' }
  | { readonly kind: 'record'; readonly name: string }
  | { readonly kind: 'entry'; readonly index: number };

/** @throws StoreDamage when no key of this store looks like that */
export function parseKey(key: string): ParsedKey {
  if (key === HEAD_KEY) return { kind: 'head' };
  if (key.startsWith(RECORD_PREFIX)) return { kind: 'record', name: key.slice(RECORD_PREFIX.length) };
  const index = key.startsWith(ENTRY_PREFIX)
    ? Number.parseInt(key.slice(ENTRY_PREFIX.length), 16)
    : Number.NaN;
  if (!Number.isSafeInteger(index) || entryKey(index) !== key) {
    throw new StoreDamage(`the key ${JSON.stringify(key.slice(0, 80))} does not belong to a store`);
  }
  return { kind: 'entry', index };
}

/**
 * A value as stored: checksum of key and body, then the body. The key is summed too, so that a swap is
 * found.
 */
export function seal(key: string, body: string): string {
  return checksum(key, body) + body;
}

/** Takes the checksum off. @throws StoreDamage when it does not match */
export function unseal(key: string, value: string): string {
  const body = value.slice(SUM_LENGTH);
  if (value.length < SUM_LENGTH || value.slice(0, SUM_LENGTH) !== checksum(key, body)) {
    throw new StoreDamage(`the checksum of ${JSON.stringify(key.slice(0, 80))} does not match`);
  }
  return body;
}

function checksum(key: string, body: string): string {
  return crc32(body, crc32(`${key}\n`))
    .toString(16)
    .padStart(SUM_LENGTH, '0');
}

/** 64 bits that stand for one record in the digest of all records. */
export function recordFingerprint(key: string, value: string): bigint {
  return BigInt(`0x${hash('sha256', `${key}\n${value}`, 'hex').slice(0, 16)}`);
}

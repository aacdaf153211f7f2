/**
 * A 64-bit rolling hash in two 32-bit halves (FNV-1a and a multiplicative mix), as text. It compares states between
 * members (S5); it is no protection against forgery.
 */
export function rollHash(previous: string, ...texts: readonly string[]): string {
  let a = Number.parseInt(previous.slice(0, 8), 16) | 0;
  let b = Number.parseInt(previous.slice(8), 16) | 0;
  // Piece by piece: to put them together would copy the longest.
  for (const text of texts) {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13);
    }
  }
  return hex(a) + hex(b);
}

/** The hash of the empty state. */
export const EMPTY_HASH = '811c9dc5c2b2ae35';

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex(value: number): string {
  return `${BYTES[value >>> 24]}${BYTES[(value >>> 16) & 255]}${BYTES[(value >>> 8) & 255]}${BYTES[value & 255]}`;
}

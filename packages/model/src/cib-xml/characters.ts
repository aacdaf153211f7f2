/**
 * Characters that matter in XML, as bytes. Loops over millions of bytes should take them apart into constants of their
 * own first.
 */
export const CHARACTERS = {
  exclamation: 33,
  quote: 34,
  ampersand: 38,
  apostrophe: 39,
  slash: 47,
  less: 60,
  equals: 61,
  greater: 62,
  question: 63,
} as const;

/** Bytes that may be part of a name: some of ASCII, and all above it. */
const NAME = new Uint8Array(256).fill(1, 128);
for (const char of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:-.') {
  NAME[char.charCodeAt(0)] = 1;
}

/** Where the name that begins at a place ends. */
export function nameEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && NAME[bytes[at] as number] === 1) at++;
  return at;
}

/** Where the white space that begins at a place ends. */
export function spaceEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && isSpace(bytes[at] as number)) at++;
  return at;
}

export function isSpace(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 9 || byte === 13;
}

/** Characters below U+0020 other than tab and line ends are no text. */
export function isForbidden(byte: number): boolean {
  return byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13;
}

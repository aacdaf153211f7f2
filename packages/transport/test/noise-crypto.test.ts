import { randomBytes } from 'node:crypto';
import { pureJsCrypto } from '@libp2p/noise';
import { Uint8ArrayList } from 'uint8arraylist';
import { describe, expect, it } from 'vitest';
import { noiseCrypto } from '../src/noise-crypto.ts';

const NONCE = randomBytes(12);
const NO_DATA = new Uint8Array(0);
const SIZES = [0, 1, 495, 496, 511, 512, 1200, 65_519];

describe('the ciphers of noise', () => {
  it.each(SIZES)('read what the reference writes, and the other way round: %i bytes', (size) => {
    const key = randomBytes(32);
    const plain = randomBytes(size);
    for (const ad of [NO_DATA, randomBytes(32)]) {
      const theirs = pureJsCrypto.chaCha20Poly1305Encrypt(plain, NONCE, ad, key).subarray();
      const ours = noiseCrypto.chaCha20Poly1305Encrypt(plain, NONCE, ad, key).subarray();
      expect(Buffer.from(ours)).toEqual(Buffer.from(theirs));
      const read = noiseCrypto.chaCha20Poly1305Decrypt(ours, NONCE, ad, key).subarray();
      expect(Buffer.from(read)).toEqual(plain);
    }
  });

  it('take what comes in pieces', () => {
    const key = randomBytes(32);
    const plain = new Uint8ArrayList(randomBytes(700), randomBytes(900));
    const sealed = noiseCrypto.chaCha20Poly1305Encrypt(plain, NONCE, NO_DATA, key).subarray();
    const pieces = new Uint8ArrayList(sealed.subarray(0, 100), sealed.subarray(100));
    const read = noiseCrypto.chaCha20Poly1305Decrypt(pieces, NONCE, NO_DATA, key).subarray();
    expect(Buffer.from(read)).toEqual(Buffer.from(plain.subarray()));
  });

  it.each([100, 2000])('refuse another key, other data and any flipped bit: %i bytes', (size) => {
    const key = randomBytes(32);
    const ad = randomBytes(8);
    const sealed = noiseCrypto.chaCha20Poly1305Encrypt(randomBytes(size), NONCE, ad, key).subarray();
    const open = (bytes: Uint8Array, with_: Uint8Array, about: Uint8Array) =>
      noiseCrypto.chaCha20Poly1305Decrypt(Uint8Array.from(bytes), NONCE, about, with_);
    expect(open(sealed, key, ad)).toHaveLength(size);
    expect(() => open(sealed, randomBytes(32), ad)).toThrow();
    expect(() => open(sealed, key, NO_DATA)).toThrow();
    for (const at of [0, size - 1, size, size + 15]) {
      const damaged = Uint8Array.from(sealed);
      damaged[at]! ^= 1;
      expect(() => open(damaged, key, ad)).toThrow();
    }
  });
});

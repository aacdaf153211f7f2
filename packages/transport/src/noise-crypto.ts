import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import type { ICryptoInterface } from '@libp2p/noise';
import { defaultCrypto } from '@libp2p/noise/crypto';

const CIPHER = 'chacha20-poly1305';
const TAG_BYTES = 16;
const WITH_TAG = { authTagLength: TAG_BYTES } as const;
/** Below, the compiled code that noise brings along takes less time than to set a cipher of OpenSSL up: 4 to 7 us. */
const OPENSSL_FROM_BYTES = 512;

/** The keys of a connection are used for each of its messages; an entry goes with the connection. */
const keys = new WeakMap<Uint8Array, KeyObject>();

type Bytes = Parameters<ICryptoInterface['chaCha20Poly1305Encrypt']>[0];

/**
 * The cryptography of noise, with the same algorithms, but a key is given to OpenSSL once and not with each message:
 * to find out that bytes are no key object costs Node an error with its stack, four times the encryption itself.
 */
export const noiseCrypto: ICryptoInterface = {
  ...defaultCrypto,
  chaCha20Poly1305Encrypt: (plaintext, nonce, ad, k) => {
    if (plaintext.byteLength < OPENSSL_FROM_BYTES)
      return defaultCrypto.chaCha20Poly1305Encrypt(plaintext, nonce, ad, k);
    const cipher = createCipheriv(CIPHER, keyObject(k), nonce, WITH_TAG);
    if (ad.length > 0) cipher.setAAD(ad, { plaintextLength: plaintext.byteLength });
    const text = cipher.update(inOnePiece(plaintext));
    cipher.final();
    return Buffer.concat([text, cipher.getAuthTag()], text.length + TAG_BYTES);
  },
  chaCha20Poly1305Decrypt: (ciphertext, nonce, ad, k, dst) => {
    if (ciphertext.byteLength < OPENSSL_FROM_BYTES)
      return defaultCrypto.chaCha20Poly1305Decrypt(ciphertext, nonce, ad, k, dst);
    const bytes = inOnePiece(ciphertext);
    const length = bytes.length - TAG_BYTES;
    const decipher = createDecipheriv(CIPHER, keyObject(k), nonce, WITH_TAG);
    if (ad.length > 0) decipher.setAAD(ad, { plaintextLength: length });
    decipher.setAuthTag(bytes.subarray(length));
    const text = decipher.update(bytes.subarray(0, length));
    // Throws when the tag does not match: nothing of the text is used before.
    decipher.final();
    return text;
  },
};

function keyObject(bytes: Uint8Array): KeyObject {
  let key = keys.get(bytes);
  if (key === undefined) {
    key = createSecretKey(bytes);
    keys.set(bytes, key);
  }
  return key;
}

function inOnePiece(bytes: Bytes): Uint8Array {
  return bytes instanceof Uint8Array ? bytes : bytes.subarray();
}

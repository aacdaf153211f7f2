import { describe, expect, test } from 'vitest';
import { decodeJoinToken, encodeJoinToken, type JoinToken } from '../src/join/join-token.ts';

const TOKEN: JoinToken = {
  clusterUuid: '6b1e',
  clusterName: 'first',
  members: [{ name: 'n1', peerId: '12D3KooW', addresses: ['10.0.0.1:7420'] }],
  ticketKey: Buffer.alloc(68, 7).toString('base64url'),
  expiresAtMs: 2000,
};

describe('join token', () => {
  test('is one word that decodes to what was encoded', () => {
    const text = encodeJoinToken(TOKEN);
    expect(text).toMatch(/^hf1\.[\w-]+\.[\w-]{10}$/);
    expect(decodeJoinToken(`  ${text}\n`, 1000)).toEqual(TOKEN);
  });

  test('that was cut or changed anywhere is refused', () => {
    const text = encodeJoinToken(TOKEN);
    for (let at = 0; at < text.length; at += 1) {
      const flipped = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      expect(() => decodeJoinToken(text.slice(0, at), 1000)).toThrow(/join token cannot be used/);
      expect(() => decodeJoinToken(flipped, 1000)).toThrow(/join token cannot be used/);
    }
  });

  test('is refused after its time', () => {
    expect(() => decodeJoinToken(encodeJoinToken(TOKEN), 2001)).toThrow(/expired at 1970-01-01T00:00:02/);
  });

  test('with a content of another shape is refused', () => {
    const text = encodeJoinToken({ ...TOKEN, members: [] });
    expect(() => decodeJoinToken(text, 1000)).toThrow(/not the expected shape/);
  });
});

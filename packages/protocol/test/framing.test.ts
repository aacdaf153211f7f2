import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeFrame, FRAME_HEADER_BYTES, FrameDecoder, frameHeader } from '../src/index.ts';

describe('frames', () => {
  test('come out as they went in, however the bytes are cut', () => {
    const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
    const cuts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
    fc.assert(
      fc.property(payloads, cuts, (sent, sizes) => {
        const bytes = Buffer.concat(sent.map((payload) => encodeFrame(payload)));
        const decoder = new FrameDecoder();
        const received: Uint8Array[] = [];
        let offset = 0;
        for (let round = 0; offset < bytes.length; round += 1) {
          const size = sizes[round % sizes.length]!;
          received.push(...decoder.push(bytes.subarray(offset, offset + size)));
          offset += size;
        }
        expect(received.map((payload) => [...payload])).toEqual(sent.map((payload) => [...payload]));
        expect(decoder.heldBytes).toBe(0);
      }),
    );
  });

  test('above the limit are refused on both sides, before anything is reserved', () => {
    expect(() => encodeFrame(new Uint8Array(11), 10)).toThrow(/11 bytes/);
    const decoder = new FrameDecoder(10);
    expect(() => decoder.push(frameHeader(0xffff_ffff))).toThrow(/4294967295 bytes/);
    expect(decoder.heldBytes).toBe(0);
  });

  test('that are incomplete hold only the bytes that came', () => {
    const decoder = new FrameDecoder();
    decoder.push(frameHeader(8_000_000));
    decoder.push(new Uint8Array(5));
    expect(decoder.heldBytes).toBe(5);
    expect(FRAME_HEADER_BYTES).toBe(4);
  });
});

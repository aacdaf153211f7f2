import { HoldfastError } from '@holdfast/model';
import { MAX_FRAME_BYTES } from './peer/envelope-codec.ts';

/** Bytes of the length in front of each frame. */
export const FRAME_HEADER_BYTES = 4;

/** The header of a frame: its payload's length as 32 bits, big endian. */
export function frameHeader(payloadBytes: number): Uint8Array {
  const header = new Uint8Array(FRAME_HEADER_BYTES);
  new DataView(header.buffer).setUint32(0, payloadBytes);
  return header;
}

/** One frame in one piece. @throws HoldfastError FRAME_TOO_LARGE */
export function encodeFrame(payload: Uint8Array, maxFrameBytes: number = MAX_FRAME_BYTES): Uint8Array {
  checkFrameSize(payload.length, maxFrameBytes);
  const frame = new Uint8Array(FRAME_HEADER_BYTES + payload.length);
  new DataView(frame.buffer).setUint32(0, payload.length);
  frame.set(payload, FRAME_HEADER_BYTES);
  return frame;
}

/** @throws HoldfastError FRAME_TOO_LARGE */
export function checkFrameSize(payloadBytes: number, maxFrameBytes: number): void {
  if (payloadBytes > maxFrameBytes) {
    throw new HoldfastError('FRAME_TOO_LARGE', { size: payloadBytes, limit: maxFrameBytes });
  }
}

/** The refusal of bytes that are no frames or frames that say nothing known. */
export function frameMalformed(problem: string): HoldfastError {
  return new HoldfastError('FRAME_MALFORMED', { problem });
}

/**
 * Cuts a stream of bytes into frames, whatever the pieces it comes in. It holds at most one incomplete
 * frame, and only
 * bytes that really came: a length alone reserves nothing.
 */
export class FrameDecoder {
  readonly #maxFrameBytes: number;
  #pieces: Uint8Array[] = [];
  #held = 0;
  /** Payload length of the frame under way; undefined while its header is not complete. */
  #length: number | undefined;

  constructor(maxFrameBytes: number = MAX_FRAME_BYTES) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Bytes kept of an incomplete frame. */
  get heldBytes(): number {
    return this.#held;
  }

  /**
   * Takes the next bytes and gives the payloads that are complete now, in order. A payload may share
   * memory with
   * `bytes`.
   *
   * @throws HoldfastError FRAME_TOO_LARGE; the decoder must not be used after it
   */
  push(bytes: Uint8Array): Uint8Array[] {
    const frames: Uint8Array[] = [];
    let rest = bytes;
    while (rest.length > 0) {
      const wanted = (this.#length ?? FRAME_HEADER_BYTES) - this.#held;
      if (rest.length < wanted) {
        this.#pieces.push(rest);
        this.#held += rest.length;
        break;
      }
      const part = this.#complete(rest.subarray(0, wanted));
      rest = rest.subarray(wanted);
      if (this.#length === undefined) this.#startFrame(part, frames);
      else {
        this.#length = undefined;
        frames.push(part);
      }
    }
    return frames;
  }

  #startFrame(header: Uint8Array, frames: Uint8Array[]): void {
    const length = new DataView(header.buffer, header.byteOffset).getUint32(0);
    checkFrameSize(length, this.#maxFrameBytes);
    // An empty frame has no byte that could complete it later.
    if (length === 0) frames.push(new Uint8Array(0));
    else this.#length = length;
  }

  /** Everything held and the last piece, as one array. */
  #complete(last: Uint8Array): Uint8Array {
    if (this.#held === 0) return last;
    const whole = new Uint8Array(this.#held + last.length);
    let offset = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, offset);
      offset += piece.length;
    }
    whole.set(last, offset);
    this.#pieces = [];
    this.#held = 0;
    return whole;
  }
}

import type { Connection, MultiaddrConnection, Stream } from '@libp2p/interface';

const MERGE_BELOW_BYTES = 64 * 1024;

interface Pieces {
  readonly byteLength: number;
  subarray(): Uint8Array;
  [Symbol.iterator](): Iterator<Uint8Array>;
}

interface Sending {
  sendData?(data: Iterable<Uint8Array>): unknown;
}

/**
 * Writes small messages with one system call each: noise hands the length and the text of a message to the
 * socket as
 * two pieces, which would leave as two packets.
 */
export function mergeSmallWrites(socket: MultiaddrConnection): void {
  const sending = socket as unknown as Sending;
  const sendData = sending.sendData?.bind(socket);
  if (!sendData) return;
  sending.sendData = (data) => {
    const pieces = data as unknown as Pieces;
    return sendData(pieces.byteLength < MERGE_BELOW_BYTES ? [pieces.subarray()] : data);
  };
}

interface Windowed {
  sendWindowUpdate?(): void;
  readonly recvWindow: number;
  readonly recvWindowCapacity: number;
}

/**
 * Lets yamux announce room for more bytes once half of the window is used, as its specification advises,
 * and not after
 * each frame: that would answer each small frame with another one.
 */
export function announceWindowAtHalf(stream: Stream): void {
  const windowed = stream as unknown as Windowed;
  const announce = windowed.sendWindowUpdate?.bind(stream);
  if (!announce) return;
  windowed.sendWindowUpdate = () => {
    if (windowed.recvWindowCapacity * 2 <= windowed.recvWindow) announce();
  };
}

/**
 * Ends a connection at once. A muxer whose socket has gone throws on the first try and lets the second one
 * through.
 */
export function abortConnection(connection: Connection, reason: Error): void {
  try {
    connection.abort(reason);
  } catch {
    try {
      connection.abort(reason);
    } catch {
      // The socket is closed: nothing is left to end.
    }
  }
}

import type { IncomingMessage } from 'node:http';
import { HoldfastError } from '@holdfast/model';

/**
 * Largest request body; its length is refused before anything is read. What comes in one request is parsed in one
 * piece: 4 MiB take some 25 ms of the main loop. Larger changes come in parts, which our own client makes of 128 KiB.
 */
export const BODY_LIMIT_BYTES = 4 * 1024 * 1024;
/** All bodies being read at one time; bounds memory whatever the number of clients. */
const TOTAL_LIMIT_BYTES = 4 * BODY_LIMIT_BYTES;

/** Reads request bodies within a budget for all of them together. */
export class BodyReader {
  #heldBytes = 0;

  /** @throws HoldfastError REQUEST_TOO_LARGE, TOO_MANY_REQUESTS, REQUEST_INVALID (not JSON, or cut off) */
  async readJson(request: IncomingMessage): Promise<unknown> {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > BODY_LIMIT_BYTES) throw tooLarge();
    const body = await this.#read(request);
    if (body.length === 0) return {};
    try {
      return JSON.parse(body.toString('utf8'));
    } catch (error) {
      throw new HoldfastError('REQUEST_INVALID', {
        problem: `the body is not JSON: ${(error as Error).message}`,
      });
    }
  }

  /** By events: a stream read by iteration costs several promises for each request. */
  #read(request: IncomingMessage): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const settle = (): void => {
        this.#heldBytes -= size;
        request.off('data', onData).off('end', onEnd).off('close', onCut).off('error', onCut);
      };
      const fail = (error: HoldfastError): void => {
        settle();
        request.pause();
        reject(error);
      };
      const onData = (chunk: Buffer): void => {
        size += chunk.length;
        this.#heldBytes += chunk.length;
        chunks.push(chunk);
        if (size > BODY_LIMIT_BYTES) fail(tooLarge());
        else if (this.#heldBytes > TOTAL_LIMIT_BYTES)
          fail(new HoldfastError('TOO_MANY_REQUESTS', { limit: 4 }));
      };
      const onEnd = (): void => {
        settle();
        const [first] = chunks;
        resolve(chunks.length === 1 && first ? first : Buffer.concat(chunks));
      };
      const onCut = (): void => {
        fail(
          new HoldfastError('REQUEST_INVALID', { problem: 'the connection ended in the middle of the body' }),
        );
      };
      request.on('data', onData).on('end', onEnd).on('close', onCut).on('error', onCut);
    });
  }
}

function tooLarge(): HoldfastError {
  return new HoldfastError('REQUEST_TOO_LARGE', { limit: BODY_LIMIT_BYTES });
}

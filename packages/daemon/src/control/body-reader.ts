import type { IncomingMessage } from 'node:http';
import { HoldfastError } from '@holdfast/model';

/**
 * Largest request body: some 8,000 resources in one change. Its length is refused before anything is read. What comes
 * in one request is parsed in one piece: 4 MiB take some 25 ms of the main loop.
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
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        size += chunk.length;
        this.#heldBytes += chunk.length;
        if (size > BODY_LIMIT_BYTES) throw tooLarge();
        if (this.#heldBytes > TOTAL_LIMIT_BYTES) throw new HoldfastError('TOO_MANY_REQUESTS', { limit: 4 });
        chunks.push(chunk);
      }
    } catch (error) {
      if (error instanceof HoldfastError) throw error;
      throw new HoldfastError('REQUEST_INVALID', {
        problem: 'the connection ended in the middle of the body',
      });
    } finally {
      this.#heldBytes -= size;
    }
    if (size === 0) return {};
    try {
      return JSON.parse(Buffer.concat(chunks).toString('utf8'));
    } catch (error) {
      throw new HoldfastError('REQUEST_INVALID', {
        problem: `the body is not JSON: ${(error as Error).message}`,
      });
    }
  }
}

function tooLarge(): HoldfastError {
  return new HoldfastError('REQUEST_TOO_LARGE', { limit: BODY_LIMIT_BYTES });
}

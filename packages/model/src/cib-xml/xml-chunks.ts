import { HoldfastError } from '../errors/holdfast-error.ts';

const FIRST_CHUNK_BYTES = 1024 * 1024;

/** A document piece by piece; `undefined` after the last. */
export type ChunkSource = (minimum: number) => string | undefined;

/**
 * Cuts a document into pieces, so that bytes never exist as one text. A piece is at least as long as asked for:
 * a reader that cannot go on asks for twice as much, and stays linear whatever the document is like.
 */
export function chunksOf(input: string | Uint8Array): ChunkSource {
  return typeof input === 'string' ? wholeText(input) : decodedBytes(input);
}

function wholeText(text: string): ChunkSource {
  let rest: string | undefined = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return () => {
    const piece = rest;
    rest = undefined;
    return piece;
  };
}

function decodedBytes(bytes: Uint8Array): ChunkSource {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let at = 0;
  let done = false;
  return (minimum) => {
    if (done) return undefined;
    const end = Math.min(bytes.length, at + Math.max(FIRST_CHUNK_BYTES, minimum));
    done = end === bytes.length;
    try {
      const piece = decoder.decode(bytes.subarray(at, end), { stream: !done });
      at = end;
      return piece;
    } catch {
      throw new HoldfastError('XML_SYNTAX', { problem: 'the text is not UTF-8' });
    }
  };
}

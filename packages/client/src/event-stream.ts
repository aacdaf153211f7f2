import { HoldfastError } from '@holdfast/model';

/** One server-sent event. */
export interface StreamEvent {
  /** Default `message`. */
  readonly event: string;
  readonly data: string;
}

/** Longest event a daemon may send: 16 MiB. */
const EVENT_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * Reads server-sent events (HTML standard, section 9.2) from chunks of bytes.
 * @throws HoldfastError REQUEST_INVALID when one event is larger than the limit.
 */
export async function* readEvents(chunks: AsyncIterable<Buffer>): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let event = 'message';
  let data: string[] = [];
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    if (rest.length > EVENT_LIMIT_BYTES) {
      throw new HoldfastError('REQUEST_INVALID', { problem: `an event is above ${EVENT_LIMIT_BYTES} bytes` });
    }
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { event, data: data.join('\n') };
        event = 'message';
        data = [];
      } else if (line.startsWith('event:')) event = line.slice(6).trim();
      else if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
    }
  }
}

const REASON_PREFIX = 'ocf-exit-reason:';
const REASON_MAX_LENGTH = 1024;

/**
 * Keeps the beginning and the end of a program's output within a limit, however much it writes, and remembers the
 * last exit reason even when it lies in the part that was dropped.
 */
export class BoundedOutput {
  readonly #limitBytes: number;
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  #droppedBytes = 0;
  #unfinishedLine = '';
  #reason: string | undefined;
  readonly #scanReasons: boolean;

  constructor(options: { limitBytes: number; scanReasons: boolean }) {
    this.#limitBytes = options.limitBytes;
    this.#scanReasons = options.scanReasons;
  }

  push(chunk: Buffer): void {
    if (this.#scanReasons) this.#scan(chunk);
    const half = this.#limitBytes >> 1;
    const room = half - this.#headBytes;
    if (room > 0) {
      const first = chunk.length > room ? chunk.subarray(0, room) : chunk;
      this.#head.push(first);
      this.#headBytes += first.length;
      if (first === chunk) return;
      this.#pushTail(chunk.subarray(room), half);
    } else {
      this.#pushTail(chunk, half);
    }
  }

  /** The text kept; says how many bytes are missing in the middle. */
  text(): string {
    if (this.#headBytes === 0) return '';
    const tail = Buffer.concat(this.#tail);
    const half = this.#limitBytes >> 1;
    const cut = Math.max(0, tail.length - half);
    const dropped = this.#droppedBytes + cut;
    const head = this.#head.length === 1 ? this.#head[0]! : Buffer.concat(this.#head);
    const gap = dropped > 0 ? `\n[${dropped} bytes not kept]\n` : '';
    return head.toString('utf8') + gap + tail.subarray(cut).toString('utf8');
  }

  /** Text of the last line that began with `ocf-exit-reason:`, finished or not. */
  get exitReason(): string | undefined {
    return reasonOf(this.#unfinishedLine) ?? this.#reason;
  }

  #pushTail(chunk: Buffer, half: number): void {
    this.#tail.push(chunk);
    this.#tailBytes += chunk.length;
    while (this.#tail.length > 1 && this.#tailBytes - this.#tail[0]!.length >= half) {
      const gone = this.#tail.shift()!;
      this.#tailBytes -= gone.length;
      this.#droppedBytes += gone.length;
    }
  }

  #scan(chunk: Buffer): void {
    const lines = (this.#unfinishedLine + chunk.toString('utf8')).split('\n');
    this.#unfinishedLine = lines.pop()!.slice(0, REASON_MAX_LENGTH);
    for (let index = lines.length - 1; index >= 0; index -= 1) {
      const reason = reasonOf(lines[index]!);
      if (reason === undefined) continue;
      this.#reason = reason;
      return;
    }
  }
}

function reasonOf(line: string): string | undefined {
  if (!line.startsWith(REASON_PREFIX)) return undefined;
  return line.slice(REASON_PREFIX.length, REASON_MAX_LENGTH).trim();
}

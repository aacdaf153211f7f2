import type { Envelope, PeerMessage } from '@holdfast/protocol';

/** So many of each composition go through bytes before most of them are spared. */
const FIRST = 100;
/** Of what comes a thousand times each so many-th goes through bytes. */
const EACH = 10;

/** A composition of parts: what may follow, and how often it was sent. */
interface Composition {
  readonly next: Map<string, Composition>;
  count: number;
}

/**
 * Chooses the messages that go through the peer protocol's bytes: all that are rare, and a sample of those that are
 * sent a thousand times (heartbeats, leases and their answers), told apart by what an envelope is composed of. A
 * heartbeat differs from the next one in three numbers; to write and read each of them would be most of a run's time.
 */
export class CodecSample {
  private readonly root: Composition = { next: new Map(), count: 0 };

  takes({ parts }: Envelope): boolean {
    let at = this.root;
    for (const part of parts) {
      const kind = kindOf(part);
      let next = at.next.get(kind);
      if (!next) {
        next = { next: new Map(), count: 0 };
        at.next.set(kind, next);
      }
      at = next;
    }
    at.count++;
    return at.count <= FIRST || at.count % EACH === 0;
  }
}

function kindOf(part: PeerMessage): string {
  return part.kind === 'membership' || part.kind === 'consensus'
    ? (part.body as { readonly type: string }).type
    : part.kind;
}

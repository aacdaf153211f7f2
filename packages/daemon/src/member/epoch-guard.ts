import type { HoldfastError } from '@holdfast/model';
import { type Envelope, encodeEnvelope, isBarredBy } from '@holdfast/protocol';

/** Rule 10 between members of two epochs: who was left behind by a forced recovery is told so, and ends for good. */
export class EpochGuard {
  readonly #ours: string;

  /** @param ours identity of the cluster this member belongs to */
  constructor(ours: string) {
    this.#ours = ours;
  }

  /** The answer to a frame that was refused, if it came from a member that was left behind. */
  noticeFor(refusal: HoldfastError): Uint8Array | undefined {
    const { theirs } = refusal.details;
    if (refusal.code !== 'WRONG_CLUSTER' || typeof theirs !== 'string') return undefined;
    if (!isBarredBy(theirs, this.#ours)) return undefined;
    return encodeEnvelope({
      cluster: theirs,
      incarnation: 0,
      life: 'barred',
      parts: [{ kind: 'barred', cluster: this.#ours }],
    });
  }

  /** The identity of the cluster that has gone on without this member, when a message says so. */
  leftBehindBy(message: unknown): string | undefined {
    for (const part of (message as Envelope).parts ?? []) {
      if (part.kind === 'barred' && isBarredBy(this.#ours, part.cluster)) return part.cluster;
    }
    return undefined;
  }
}

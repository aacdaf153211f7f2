import type { LogLevel } from '@holdfast/ports';
import type { Envelope, PeerMessage } from '@holdfast/protocol';
import type { NodeOutput } from './io.ts';

/** An output that may still get more parts in this step. */
interface Draft {
  readonly kind: 'send';
  readonly to: string;
  readonly link?: number;
  readonly message: Envelope & { readonly parts: PeerMessage[] };
}

const NOTHING: readonly NodeOutput[] = [];

/** Collects what one step wants done; messages to one peer on one link become one envelope. */
export class Outbox {
  private outputs: NodeOutput[] = [];
  private drafts: Draft[] = [];
  private readonly along = new Map<string, PeerMessage>();
  private readonly self: string;
  private readonly cluster: string;
  /** Messages a member sends to itself (leader and member roles of one node). */
  readonly loopback: PeerMessage[] = [];
  incarnation = 0;
  /** Random name of that life. */
  life = '';
  /** Comes after everything else, envelopes included: the end of the process. */
  last: NodeOutput | undefined;

  constructor(self: string, cluster: string) {
    this.self = self;
    this.cluster = cluster;
  }

  emit(output: NodeOutput): void {
    this.outputs.push(output);
  }

  log(level: LogLevel, event: string, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.outputs.push({ kind: 'log', record: { level, event, message, fields } });
  }

  /** Sends on the given link, or on the best one. To itself: delivered within this step. */
  send(to: string, part: PeerMessage, link?: number): void {
    if (to === this.self) {
      this.loopback.push(part);
      return;
    }
    const before = this.along.size > 0 ? this.along.get(to) : undefined;
    if (before !== undefined) {
      this.along.delete(to);
      this.send(to, before, link);
    }
    const { drafts } = this;
    // From the newest: what goes to one member mostly comes in a row.
    for (let at = drafts.length - 1; at >= 0; at--) {
      const draft = drafts[at] as Draft;
      if (draft.to === to && (draft.link === link || this.singleLink.has(to))) {
        draft.message.parts.push(part);
        return;
      }
    }
    const { cluster, incarnation, life } = this;
    const message = { cluster, incarnation, life, parts: [part] };
    drafts.push(link === undefined ? { kind: 'send', to, message } : { kind: 'send', to, link, message });
  }

  /**
   * Goes along with the next message to that member, before it; a newer one takes its place. For what costs nothing
   * when it is late or lost, but has to be there before anything that follows it.
   */
  sendAlong(to: string, part: PeerMessage): void {
    this.along.set(to, part);
  }

  /** Nothing that waits for company is sent any more. */
  dropAlong(): void {
    this.along.clear();
  }

  /** Members reached by one link only: what has no link of its own may share the envelope of that link. */
  readonly singleLink = new Set<string>();

  /** Everything of this step, in order; envelopes last, after what must be durable or known before them. */
  take(): readonly NodeOutput[] {
    const { outputs, drafts } = this;
    if (drafts.length > 0) this.drafts = [];
    if (outputs.length === 0 && !this.last) return drafts.length > 0 ? drafts : NOTHING;
    for (const draft of drafts) outputs.push(draft);
    if (this.last) outputs.push(this.last);
    this.outputs = [];
    return outputs;
  }
}

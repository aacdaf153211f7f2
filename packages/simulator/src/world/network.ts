import type { EventQueue } from './event-queue.ts';
import type { SeededRandom } from './random.ts';

/** How one direction of one link behaves. Times in milliseconds, probabilities 0..1. */
export interface LinkQuality {
  cut: boolean;
  /** Messages wait until the link is unclogged, then come in random order. */
  clogged: boolean;
  loss: number;
  duplicate: number;
  /** Probability of an extra delay that lets later messages overtake. */
  reorder: number;
  meanDelayMs: number;
}

export type Deliver = (message: unknown) => void;

/** Links between hosts: every ordered pair of hosts on every link number has its own quality. */
export class SimulatedNetwork {
  sent = 0;
  dropped = 0;
  /** Raised whenever a link is cut or mended. */
  version = 0;
  private readonly qualities = new Map<string, Map<string, LinkQuality[]>>();
  /** The row of `qualities` that was asked for last: what one member sends it sends to all others in a row. */
  private rowFrom = '';
  private row = new Map<string, LinkQuality[]>();
  private readonly held = new Map<LinkQuality, unknown[]>();
  private readonly queue: EventQueue;
  private readonly random: SeededRandom;
  private readonly deliver: Deliver;

  constructor(options: { queue: EventQueue; random: SeededRandom; deliver: Deliver }) {
    this.queue = options.queue;
    this.random = options.random;
    this.deliver = options.deliver;
  }

  quality(from: string, to: string, link: number): LinkQuality {
    const row = from === this.rowFrom ? this.row : this.rowOf(from);
    let cell = row.get(to);
    if (!cell) {
      cell = [];
      row.set(to, cell);
    }
    for (let next = cell.length; next <= link; next++) {
      cell.push({ cut: false, clogged: false, loss: 0, duplicate: 0, reorder: 0, meanDelayMs: 0.4 });
    }
    return cell[link] as LinkQuality;
  }

  setCut(from: string, to: string, link: number, cut: boolean): void {
    this.quality(from, to, link).cut = cut;
    this.version++;
  }

  /** True when neither direction is cut: what a transport would call connected. */
  isConnected(a: string, b: string, link: number): boolean {
    return !this.quality(a, b, link).cut && !this.quality(b, a, link).cut;
  }

  send(from: string, to: string, link: number, message: unknown): void {
    this.sent++;
    const quality = this.quality(from, to, link);
    if (quality.cut || this.random.chance(quality.loss)) {
      this.dropped++;
      return;
    }
    const copies = this.random.chance(quality.duplicate) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) this.forward(quality, message);
  }

  /** Every link back to normal; what was clogged is delivered. */
  heal(): void {
    this.version++;
    for (const row of this.qualities.values()) {
      for (const cell of row.values()) {
        for (const quality of cell) {
          quality.cut = false;
          quality.clogged = false;
          quality.loss = 0;
          quality.duplicate = 0;
          quality.reorder = 0;
          quality.meanDelayMs = 0.4;
        }
      }
    }
    for (const quality of [...this.held.keys()]) this.release(quality);
  }

  /** Ends a clog: the messages held come out in random order. */
  unclog(from: string, to: string, link: number): void {
    const quality = this.quality(from, to, link);
    quality.clogged = false;
    this.release(quality);
  }

  private rowOf(from: string): Map<string, LinkQuality[]> {
    const row = this.qualities.get(from) ?? new Map<string, LinkQuality[]>();
    this.qualities.set(from, row);
    this.rowFrom = from;
    this.row = row;
    return row;
  }

  private forward(quality: LinkQuality, message: unknown): void {
    let delayMs = 0.1 + this.random.exponential(quality.meanDelayMs);
    if (this.random.chance(quality.reorder)) delayMs += this.random.exponential(50);
    if (quality.clogged) {
      const waiting = this.held.get(quality) ?? [];
      // A real socket buffer is bounded as well.
      if (waiting.length < 1000) waiting.push(message);
      this.held.set(quality, waiting);
      return;
    }
    this.queue.after(delayMs, this.deliver, message);
  }

  private release(quality: LinkQuality): void {
    const waiting = this.held.get(quality);
    if (!waiting) return;
    this.held.delete(quality);
    for (const message of this.random.shuffled(waiting))
      this.queue.after(this.random.exponential(2), this.deliver, message);
  }
}

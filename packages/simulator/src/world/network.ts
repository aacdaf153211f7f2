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

export type Deliver = (from: string, to: string, link: number, message: unknown) => void;

/** Links between hosts: every ordered pair of hosts on every link number has its own quality. */
export class SimulatedNetwork {
  sent = 0;
  dropped = 0;
  private readonly qualities = new Map<string, LinkQuality>();
  private readonly held = new Map<string, (() => void)[]>();
  private readonly queue: EventQueue;
  private readonly random: SeededRandom;
  private readonly deliver: Deliver;

  constructor(options: { queue: EventQueue; random: SeededRandom; deliver: Deliver }) {
    this.queue = options.queue;
    this.random = options.random;
    this.deliver = options.deliver;
  }

  quality(from: string, to: string, link: number): LinkQuality {
    const key = `${from}>${to}#${link}`;
    let quality = this.qualities.get(key);
    if (!quality) {
      quality = { cut: false, clogged: false, loss: 0, duplicate: 0, reorder: 0, meanDelayMs: 0.4 };
      this.qualities.set(key, quality);
    }
    return quality;
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
    for (let copy = 0; copy < copies; copy++) this.forward(quality, from, to, link, message);
  }

  /** Every link back to normal; what was clogged is delivered. */
  heal(): void {
    for (const quality of this.qualities.values()) {
      quality.cut = false;
      quality.clogged = false;
      quality.loss = 0;
      quality.duplicate = 0;
      quality.reorder = 0;
      quality.meanDelayMs = 0.4;
    }
    for (const key of this.held.keys()) this.release(key);
  }

  /** Ends a clog: the messages held come out in random order. */
  unclog(from: string, to: string, link: number): void {
    this.quality(from, to, link).clogged = false;
    this.release(`${from}>${to}#${link}`);
  }

  private forward(quality: LinkQuality, from: string, to: string, link: number, message: unknown): void {
    let delayMs = 0.1 + this.random.exponential(quality.meanDelayMs);
    if (this.random.chance(quality.reorder)) delayMs += this.random.exponential(50);
    const arrive = () => this.deliver(from, to, link, message);
    if (quality.clogged) {
      const key = `${from}>${to}#${link}`;
      const waiting = this.held.get(key) ?? [];
      // A real socket buffer is bounded as well.
      if (waiting.length < 1000) waiting.push(arrive);
      this.held.set(key, waiting);
      return;
    }
    this.queue.after(delayMs, arrive);
  }

  private release(key: string): void {
    const waiting = this.held.get(key);
    if (!waiting) return;
    this.held.delete(key);
    for (const arrive of this.random.shuffled(waiting)) this.queue.after(this.random.exponential(2), arrive);
  }
}

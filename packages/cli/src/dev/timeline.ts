import type { StatusReport } from '@holdfast/client';

/** What happened after the fault, in milliseconds from it; absent: it was not seen. */
export interface Timeline {
  detected?: number;
  fencingAsked?: number;
  fencingProven?: number;
  starting?: number;
  started?: number;
  rejoined?: number;
}

/** Fills a timeline from status reports of the surviving members. */
export class TimelineRecorder {
  readonly timeline: Timeline = {};
  readonly #victim: string;
  readonly #resource: string;
  readonly #faultMs: number;
  readonly #faultWallMs: number;

  constructor(options: { victim: string; resource: string; faultMs: number; faultWallMs: number }) {
    this.#victim = options.victim;
    this.#resource = options.resource;
    this.#faultMs = options.faultMs;
    this.#faultWallMs = options.faultWallMs;
  }

  see(status: StatusReport): void {
    const node = status.nodes.find((candidate) => candidate.name === this.#victim);
    const resource = status.resources.find((candidate) => candidate.id === this.#resource);
    const ofVictim = (fence: { target: string; atMs: number }): boolean =>
      fence.target === this.#victim && fence.atMs >= this.#faultWallMs;
    if (node && node.state !== 'online' && node.state !== 'unknown') this.#mark('detected');
    if (status.fencing.pending.some(ofVictim)) this.#mark('fencingAsked');
    if (status.fencing.history.some((fence) => ofVictim(fence) && fence.state === 'done'))
      this.#mark('fencingProven');
    const elsewhere = resource && !resource.nodes.includes(this.#victim);
    if (elsewhere && resource.role === 'Starting') this.#mark('starting');
    if (elsewhere && resource.role === 'Started' && resource.nodes.length > 0) this.#mark('started');
    if (this.timeline.started !== undefined && node?.state === 'online') this.#mark('rejoined');
  }

  #mark(step: keyof Timeline): void {
    this.timeline[step] ??= Math.round(performance.now() - this.#faultMs);
  }
}

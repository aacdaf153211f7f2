import { ConfigurationReading } from '@holdfast/model';
import { assert } from '@holdfast/ports';
import type { ApiRequest, ApiResponse } from '@holdfast/protocol';
import type { AcknowledgedWritesChecker } from '../checkers/s3-acknowledged-survives.ts';
import type { SeededRandom } from '../world/random.ts';

/** How an operator reaches the cluster: one request to one host, answered or not. */
export interface OperatorAccess {
  readonly hostNames: readonly string[];
  after(delayMs: number, action: () => void): void;
  nowMs(): number;
  /** Returns false when the host has no daemon. The answer may never come. */
  request(host: string, request: ApiRequest, onAnswer: (response: ApiResponse) => void): boolean;
}

/**
 * Writes counters and reads them back all the time, through random members, and tells the checker of every
 * acknowledgement. One write at a time; when the outcome of one is not known it may still take effect later, so the
 * operator goes on with a new counter. Thus every counter only ever grows.
 */
export class Operator {
  private readonly name: string;
  private generation = 1;
  private writing = false;
  private readonly access: OperatorAccess;
  private readonly random: SeededRandom;
  private readonly writes: AcknowledgedWritesChecker;
  private readonly meanPauseMs: number;
  private value = 0;
  private active = true;

  constructor(options: {
    name: string;
    access: OperatorAccess;
    random: SeededRandom;
    writes: AcknowledgedWritesChecker;
    meanPauseMs: number;
  }) {
    this.name = options.name;
    this.access = options.access;
    this.random = options.random;
    this.writes = options.writes;
    this.meanPauseMs = options.meanPauseMs;
  }

  start(): void {
    this.access.after(this.random.exponential(this.meanPauseMs), () => {
      if (!this.active) return;
      if (this.random.chance(0.6)) this.write();
      else this.read();
      this.start();
    });
  }

  stop(): void {
    this.active = false;
  }

  private write(): void {
    if (this.writing) return;
    const key = `counter-${this.name}-${this.generation}`;
    const value = ++this.value;
    const pairs = [{ id: `${key}-value`, name: 'counter', value: String(value) }];
    const entity = { kind: 'resource-defaults', value: { id: key, rules: [], pairs } };
    const request: ApiRequest = {
      kind: 'change',
      change: { operations: [{ kind: 'put', entity }] },
      origin: key,
    };
    const generation = this.generation;
    this.writing = true;
    this.writes.attempt(key, value);
    const accepted = this.access.request(this.random.pick(this.access.hostNames), request, (response) => {
      if (response.ok) this.writes.acknowledge(key, value);
      if (generation !== this.generation) return;
      this.writing = false;
      if (!response.ok) this.generation++;
    });
    if (!accepted) this.writing = false;
    // The member may have died with the request.
    this.access.after(60_000, () => {
      if (!this.writing || generation !== this.generation || value !== this.value) return;
      this.writing = false;
      this.generation++;
    });
  }

  private read(): void {
    const host = this.random.pick(this.access.hostNames);
    const floor = this.writes.floor();
    this.access.request(host, { kind: 'configuration' }, (response) => {
      if (response.ok) this.writes.read(host, floor, countersIn(response.value));
    });
  }
}

/** The counters a configuration answer holds. */
export function countersIn(value: unknown): Map<string, number> {
  const counters = new Map<string, number>();
  assert(value instanceof ConfigurationReading, 'a configuration is answered as a reading');
  for (const block of value.state.configuration.resourceDefaults) {
    const text = block.pairs.find((pair) => pair.name === 'counter')?.value;
    if (block.id && text) counters.set(block.id, Number(text));
  }
  return counters;
}

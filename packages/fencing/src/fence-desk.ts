import type { FencingLevel } from '@holdfast/model';
import { type FenceDevice, targetCheck, targetName } from './fence-device.ts';
import type { ProofMethod } from './fence-proof.ts';
import { type FenceOrder, FenceRequest } from './fence-request.ts';
import { levelsFor } from './fence-topology.ts';
import { readDelayByTarget } from './host-argument.ts';

/** One agent run that the caller has to have made, on any member but the target. */
export interface FenceAttempt {
  readonly attemptId: number;
  readonly target: string;
  readonly device: FenceDevice;
  readonly agentAction: string;
  /** What the device calls the target. */
  readonly targetName: string;
  /** What the agent is asked first, so that its success proves something; absent: nothing. */
  readonly targetCheck?: 'list' | 'status';
  readonly timeoutMs: number;
}

/** How a request ended. `ok` is proof; anything else is not. */
export interface FenceOutcome {
  readonly order: FenceOrder;
  readonly ok: boolean;
  readonly method: ProofMethod;
  readonly device: string;
  readonly reason: string;
}

/** Draws and waits of a desk. */
export interface FenceDeskOptions {
  /** Draw in [0, 1) for `pcmk_delay_max`. */
  readonly random: () => number;
  /** Wait before a target is tried again after a failed request; doubles each time. Milliseconds, default 500. */
  readonly backOffMs?: number;
  /** Upper bound of that wait. Milliseconds, default 30,000. */
  readonly backOffMaxMs?: number;
  /** Added to an agent's timeout before its answer counts as lost. Milliseconds, default 2,000. */
  readonly answerGraceMs?: number;
}

interface Running {
  readonly request: FenceRequest;
  readonly device: string;
  readonly deadlineMs: number;
}

interface Failures {
  count: number;
  retryAtMs: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/** All fence requests of one leader: delays, retries, action limits, back-off. Pure; time comes in as arguments. */
export class FenceDesk {
  private readonly options: Required<FenceDeskOptions>;
  private devices: readonly FenceDevice[] = [];
  private levels: readonly FencingLevel[] = [];
  private readonly requests = new Map<string, FenceRequest>();
  private readonly running = new Map<number, Running>();
  private readonly failures = new Map<string, Failures>();
  private outcomes: FenceOutcome[] = [];
  private nextAttempt = 1;
  /** `fencing-max-attempts`: failed requests per target after which only new information helps. */
  maxAttempts = 10;

  constructor(options: FenceDeskOptions) {
    this.options = { backOffMs: 500, backOffMaxMs: 30_000, answerGraceMs: 2000, ...options };
  }

  /** Takes over a changed configuration; new information, so every target may be tried again. */
  configure(devices: readonly FenceDevice[], levels: readonly FencingLevel[]): void {
    this.devices = devices;
    this.levels = levels;
    this.failures.clear();
  }

  get configured(): boolean {
    return this.devices.length > 0;
  }

  /** Requests not ended yet. */
  pending(): readonly FenceOrder[] {
    return [...this.requests.values()].map(({ order }) => order);
  }

  isPending(target: string): boolean {
    return this.requests.has(target);
  }

  /** What is being done to a target; undefined: nothing. */
  pendingAction(target: string): FenceOrder['action'] | undefined {
    return this.requests.get(target)?.order.action;
  }

  /** After failures: when this target may be tried again; Infinity when given up. */
  retryAtMs(target: string): number {
    const failed = this.failures.get(target);
    if (!failed) return 0;
    return failed.count >= this.maxAttempts ? NEVER : failed.retryAtMs;
  }

  /** Takes an order. One request per target at a time: returns false when one is under way or it must wait. */
  request(order: FenceOrder, attributes: ReadonlyMap<string, string>, nowMs: number): boolean {
    if (this.requests.has(order.target) || this.retryAtMs(order.target) > nowMs) return false;
    const levels = levelsFor({
      target: order.target,
      attributes,
      levels: this.levels,
      devices: this.devices,
    });
    const request = new FenceRequest(
      order,
      levels,
      nowMs + order.delayMs + this.deviceDelayMs(order, levels),
    );
    this.requests.set(order.target, request);
    this.settle(request, nowMs);
    return true;
  }

  /** Gives up a request: the target proved itself gone some other way, or this member leads no more. */
  cancel(target: string): void {
    this.requests.delete(target);
    for (const [id, running] of this.running) {
      if (running.request.order.target === target) this.running.delete(id);
    }
  }

  /** Forgets past failures of a target, as an operator's cleanup does. */
  forgive(target: string): void {
    this.failures.delete(target);
  }

  /** Runs that are due now. */
  takeAttempts(nowMs: number): FenceAttempt[] {
    const attempts: FenceAttempt[] = [];
    for (const request of this.requests.values()) {
      const { step } = request;
      if (request.phase !== 'waiting' || !step || request.notBeforeMs > nowMs) continue;
      if (!this.admits(step.device)) continue;
      const { agentAction, timeoutMs } = step.device.actions[step.action];
      const attemptId = this.nextAttempt++;
      const deadlineMs = nowMs + timeoutMs + this.options.answerGraceMs;
      this.running.set(attemptId, { request, device: step.device.id, deadlineMs });
      request.begun();
      const { target } = request.order;
      const check = targetCheck(step.device, target);
      attempts.push({
        attemptId,
        target,
        device: step.device,
        agentAction,
        targetName: targetName(step.device, target),
        ...(check === undefined ? {} : { targetCheck: check }),
        timeoutMs,
      });
    }
    return attempts;
  }

  /** The answer to an attempt. Unknown attempts are ignored: late answers prove nothing about a newer request. */
  answer(attemptId: number, ok: boolean, problem: string, nowMs: number): void {
    const running = this.running.get(attemptId);
    if (!running) return;
    this.running.delete(attemptId);
    running.request.answered(ok, problem);
    this.settle(running.request, nowMs);
  }

  /** Counts runs without an answer as failed. */
  tick(nowMs: number): void {
    for (const [id, { deadlineMs }] of [...this.running]) {
      if (deadlineMs <= nowMs) this.answer(id, false, 'the fence agent gave no answer in time', nowMs);
    }
  }

  takeOutcomes(): readonly FenceOutcome[] {
    const { outcomes } = this;
    if (outcomes.length > 0) this.outcomes = [];
    return outcomes;
  }

  nextDeadlineMs(): number {
    let soonestMs = NEVER;
    for (const { deadlineMs } of this.running.values()) soonestMs = Math.min(soonestMs, deadlineMs);
    for (const request of this.requests.values()) {
      if (request.phase !== 'waiting' || !request.step) continue;
      if (this.admits(request.step.device)) soonestMs = Math.min(soonestMs, request.notBeforeMs);
    }
    return soonestMs;
  }

  private admits(device: FenceDevice): boolean {
    if (device.actionLimit < 0) return true;
    let count = 0;
    for (const running of this.running.values()) if (running.device === device.id) count++;
    return count < Math.max(1, device.actionLimit);
  }

  private deviceDelayMs(order: FenceOrder, levels: readonly (readonly FenceDevice[])[]): number {
    const first = levels[0]?.[0];
    if (!first || order.action === 'on') return 0;
    const baseMs = readDelayByTarget(first.delayBase, order.target);
    return baseMs + Math.max(0, first.delayMaxMs - baseMs) * this.options.random();
  }

  private settle(request: FenceRequest, nowMs: number): void {
    if (!request.ended) return;
    const { order } = request;
    const ok = request.phase === 'proven';
    this.requests.delete(order.target);
    if (ok) this.failures.delete(order.target);
    else this.countFailure(order.target, nowMs);
    const reason = ok ? 'the device confirmed it' : request.problem;
    this.outcomes.push({ order, ok, method: request.method, device: request.devices, reason });
  }

  private countFailure(target: string, nowMs: number): void {
    const { backOffMs, backOffMaxMs } = this.options;
    const count = (this.failures.get(target)?.count ?? 0) + 1;
    const waitMs = Math.min(backOffMaxMs, backOffMs * 2 ** (count - 1));
    this.failures.set(target, { count, retryAtMs: nowMs + waitMs });
  }
}

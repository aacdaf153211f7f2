import {
  FenceDesk,
  type FenceDevice,
  type FenceOrder,
  type FenceOutcome,
  fenceDevices,
} from '@holdfast/fencing';
import type { Configuration } from '@holdfast/model';
import type { FenceReport } from '@holdfast/protocol';
import type { NodeContext } from '../node-context.ts';
import { plainValue } from '../replicated/configuration-facts.ts';

/** Called once a request has ended: with committed proof, or without. */
export type FenceDone = (proven: boolean, reason: string) => void;

const KEPT_HISTORY = 50;

/** The leader's fencing: takes orders, has agents run by members, commits proof (rule 8). */
export class FenceCoordinator {
  readonly desk: FenceDesk;
  private readonly context: NodeContext;
  private readonly isUsable: (member: string) => boolean;
  private readonly waiting = new Map<string, FenceDone[]>();
  private configIndex = -1;
  private devices: readonly FenceDevice[] = [];
  /** They were read of this configuration, and are the same in all with its resources and templates. */
  private devicesFrom: Configuration | undefined;
  readonly history: FenceReport[] = [];

  constructor(context: NodeContext, isUsable: (member: string) => boolean) {
    this.context = context;
    this.isUsable = isUsable;
    this.desk = new FenceDesk({ random: context.random });
  }

  /** Devices exist and fencing is not switched off. */
  get enabled(): boolean {
    this.configure();
    return this.desk.configured && this.context.replica.facts.flag('fencing-enabled', true);
  }

  /** Orders that a member be put out of action. `done` is called exactly once, unless this leader ends before. */
  order(target: string, action: FenceOrder['action'], who: string, reason: string, done: FenceDone): void {
    this.configure();
    const { replica, nowMs } = this.context;
    const waiting = this.waiting.get(target);
    const pending = this.desk.pendingAction(target);
    if (waiting && pending !== undefined) {
      // To switch it on proves nothing that an order to put it out of action would need, and the other way round.
      if ((pending === 'on') === (action === 'on')) waiting.push(done);
      else done(false, 'another request about it is under way');
      return;
    }
    const targetIncarnation = replica.state.members.get(target)?.incarnation ?? 0;
    const order: FenceOrder = {
      id: `${replica.consensus.term}-${target}-${targetIncarnation}`,
      target,
      targetIncarnation,
      action,
      delayMs: 0,
      requestedBy: who,
      reason,
    };
    if (!this.desk.request(order, this.attributesOf(target), nowMs)) {
      done(false, 'it failed lately and is tried again after a wait');
      return;
    }
    this.waiting.set(target, [...(waiting ?? []), done]);
    this.context.outbox.log('warn', 'fencing', `fencing ${target} (${action}): ${reason}`, {
      target,
      targetIncarnation,
      action,
      requestedBy: who,
    });
  }

  /** Sends due runs, counts silent ones, commits proof. */
  advance(): void {
    const { nowMs } = this.context;
    if (this.desk.nextDeadlineMs() <= nowMs) this.desk.tick(nowMs);
    for (const attempt of this.desk.takeAttempts(nowMs)) {
      const executor = this.chooseExecutor(attempt.target);
      if (executor === undefined) {
        this.desk.answer(attempt.attemptId, false, 'no member can run the fence agent', nowMs);
        continue;
      }
      this.context.outbox.send(executor, {
        kind: 'fence',
        term: this.context.replica.consensus.term,
        attempt: attempt.attemptId,
        target: attempt.target,
        agent: attempt.device.agent,
        action: attempt.agentAction,
        targetName: attempt.targetName,
        targetArgument: attempt.device.targetArgument ?? null,
        targetCheck: attempt.targetCheck ?? null,
        parameters: attempt.device.parameters,
        timeoutMs: attempt.timeoutMs,
      });
    }
    for (const outcome of this.desk.takeOutcomes()) this.settle(outcome);
  }

  answered(attempt: number, ok: boolean, problem: string): void {
    this.desk.answer(attempt, ok, problem, this.context.nowMs);
  }

  pendingReports(): FenceReport[] {
    return this.desk.pending().map((order) => this.report(order, 'pending', null));
  }

  private settle(outcome: FenceOutcome): void {
    const { order, ok, device, method, reason } = outcome;
    const { outbox, replica, wallMs } = this.context;
    this.history.unshift(this.report(order, ok ? 'done' : 'failed', device));
    this.history.length = Math.min(this.history.length, KEPT_HISTORY);
    const { target, targetIncarnation } = order;
    if (!ok) {
      outbox.log('error', 'fencing-failed', `fencing ${target} failed: ${reason}`, {
        target,
        targetIncarnation,
      });
      this.finish(target, false, reason);
      return;
    }
    outbox.log('warn', 'fenced', `${target} is fenced by ${device}`, { target, targetIncarnation, device });
    if (order.action === 'on') {
      this.finish(target, true, reason);
      return;
    }
    replica.propose(
      [{ kind: 'proof', target, targetIncarnation, method, device, atMs: wallMs }],
      (outcomes) => {
        this.finish(target, outcomes !== null, 'proof is committed');
      },
    );
  }

  private finish(target: string, proven: boolean, reason: string): void {
    const waiting = this.waiting.get(target) ?? [];
    this.waiting.delete(target);
    for (const done of waiting) done(proven, reason);
  }

  /** The leader itself unless it is the target; else the first member that reported. */
  private chooseExecutor(target: string): string | undefined {
    const { self } = this.context.replica.consensus;
    if (self !== target) return self;
    for (const { name, status } of this.context.replica.state.members.values()) {
      if (name !== target && status === 'admitted' && this.isUsable(name)) return name;
    }
    return undefined;
  }

  private configure(): void {
    const { state, facts } = this.context.replica;
    if (this.configIndex === state.configIndex) return;
    this.configIndex = state.configIndex;
    const { configuration } = state.configuration;
    const { resources, templates } = configuration;
    const before = this.devicesFrom;
    if (before?.resources !== resources || before.templates !== templates) {
      this.devicesFrom = configuration;
      this.devices = fenceDevices(configuration);
    }
    this.desk.configure(this.devices, configuration.fencingTopology);
    this.desk.maxAttempts = Math.max(1, facts.count('fencing-max-attempts', 10));
  }

  private attributesOf(target: string): ReadonlyMap<string, string> {
    const { configuration } = this.context.replica.state.configuration;
    const node = configuration.nodes.find(({ name }) => name === target);
    const attributes = new Map<string, string>();
    for (const { pairs } of node?.attributes ?? []) {
      for (const { name } of pairs) {
        const value = name === undefined ? undefined : plainValue(node?.attributes ?? [], name);
        if (name !== undefined && value !== undefined) attributes.set(name, value);
      }
    }
    return attributes;
  }

  private report(order: FenceOrder, state: FenceReport['state'], device: string | null): FenceReport {
    const { target, targetIncarnation, action, requestedBy, reason } = order;
    return {
      target,
      targetIncarnation,
      action,
      device,
      state,
      requestedBy,
      reason,
      atMs: this.context.wallMs,
    };
  }
}

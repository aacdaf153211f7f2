import type { AgentResult, AgentRun } from '@holdfast/ports';
import { DATABASE, type Extras, PROMOTED_DATABASE } from '../workload/extras.ts';
import type { EventQueue } from './event-queue.ts';
import type { SeededRandom } from './random.ts';

/** How the agents of one world misbehave; probabilities per run. */
export interface AgentFaults {
  startFailure: number;
  stopFailure: number;
  monitorFailure: number;
  /** The agent never returns; its result is the timeout. */
  hang: number;
  /** The agent does what it should, but ends with a code that means nothing. */
  garbage: number;
  /** A stop says that it is done, and the service goes on. */
  stopLie: number;
  /** A monitor says that all is well, and nothing runs. */
  monitorLie: number;
  meanDelayMs: number;
}

export const HEALTHY_AGENTS: AgentFaults = {
  startFailure: 0,
  stopFailure: 0,
  monitorFailure: 0,
  hang: 0,
  garbage: 0,
  stopLie: 0,
  monitorLie: 0,
  meanDelayMs: 30,
};

const OCF_NOT_INSTALLED = 5;
const OCF_NOT_RUNNING = 7;
const OCF_PROMOTED = 8;
/** No answer that tells whether the service runs. */
const GARBAGE = [2, 3, 4, 6, 10, 137, 189, 255];
/** What every agent says of itself: it can take over a change of `level`, and of nothing else. */
const METADATA =
  '<?xml version="1.0"?><resource-agent name="Dummy"><parameters><parameter name="state"/>' +
  '<parameter name="level" reloadable="1"/><parameter name="password" private="1"/></parameters>' +
  '<actions><action name="reload-agent" timeout="20"/></actions></resource-agent>';
const NOISE = `warning: nothing\u0000 ${METADATA.slice(0, 150)}<parameter name="<<<&&`;
/** Operations that the checkers are told of when they begin. */
const COMMANDED: ReadonlySet<string> = new Set([
  'start',
  'stop',
  'migrate_to',
  'migrate_from',
  'promote',
  'demote',
]);
const STATUS_DONE = 0;
const STATUS_CANCELLED = 1;
const STATUS_TIMEOUT = 2;
const STATUS_NOT_INSTALLED = 7;
/** Mean time of a slow agent. */
const SLOW_MS = 4000;

/** Told of every copy that becomes active or inactive, from the services' own side. */
export interface ServiceObserver {
  started(host: string, resource: string): void;
  stopped(host: string, resource: string): void;
  /** An agent said of a resource here what is not true; nobody can know better before another answer. */
  lied(host: string, resource: string): void;
  /** A start, a stop or half of a migration reached the host's executor. */
  commanded(host: string, run: AgentRun): void;
  /** An honest answer found a copy that an agent had said was stopped. */
  found(host: string, resource: string): void;
  /** An agent's answer reached the executor. */
  answered(host: string, run: AgentRun, rcCode: number): void;
}

interface HostServicesOptions {
  host: string;
  queue: EventQueue;
  random: SeededRandom;
  faults: AgentFaults;
  observer: ServiceObserver;
  /** Services between two hosts, of the whole world. */
  migrating: Set<string>;
  extras: Extras;
  /** Has a service arrive on another host, alive. False when that cannot be reached. */
  arrive: (resource: string, target: string) => boolean;
}

/** What runs on one host. Services outlive the daemon and die with the host's power. */
export class HostServices {
  faults: AgentFaults;
  /** Resources whose agents are not there. */
  readonly uninstalled = new Set<string>();
  private readonly active = new Set<string>();
  /** Copies that go on although a stop said they had ended, until an honest answer finds them. */
  private readonly hidden = new Set<string>();
  private readonly options: HostServicesOptions;
  /** Chance that an agent takes seconds. */
  slow: number;
  /** Ends a run early, by its id. */
  private readonly running = new Map<number, () => void>();
  /** Raised when the daemon dies: runs in flight then never report. */
  private daemonLife = 0;

  constructor(options: HostServicesOptions) {
    this.options = options;
    this.faults = options.faults;
    this.slow = options.extras.slow;
  }

  activeResources(): readonly string[] {
    return [...this.active];
  }

  /** Copies that nobody in the cluster can know of before an honest monitor looks. */
  hiddenResources(): readonly string[] {
    return [...this.hidden];
  }

  isActive(resource: string): boolean {
    return this.active.has(resource);
  }

  run(run: AgentRun, onResult: (result: AgentResult) => void): void {
    const { queue, random, host, observer } = this.options;
    if (COMMANDED.has(run.operation)) observer.commanded(host, run);
    const life = this.daemonLife;
    const beganMs = queue.nowMs;
    let ended = false;
    const finish = (rcCode: number, opStatus: number, output?: string) => {
      if (life !== this.daemonLife || ended) return;
      ended = true;
      this.running.delete(run.runId);
      if (run.operation === 'monitor' && rcCode === 0) this.find(run.resource);
      // A monitor that was cut short has seen nothing, and its member takes it for no answer.
      if (run.operation !== 'monitor' || opStatus !== STATUS_CANCELLED) observer.answered(host, run, rcCode);
      onResult({
        runId: run.runId,
        rcCode,
        opStatus,
        execTimeMs: Math.round(queue.nowMs - beganMs),
        queueTimeMs: 0,
        ...(output === undefined ? {} : { output }),
      });
    };
    if (this.uninstalled.has(run.resource)) {
      this.later(life, 1, () => finish(OCF_NOT_INSTALLED, STATUS_NOT_INSTALLED));
      return;
    }
    if (run.operation === 'meta-data') {
      const delayMs = 1 + random.exponential(this.faults.meanDelayMs);
      this.later(life, delayMs, () => {
        const noise = random.chance(this.faults.garbage);
        finish(0, STATUS_DONE, noise ? NOISE.slice(0, random.integer(0, NOISE.length)) : METADATA);
      });
      return;
    }
    if (this.options.extras.lifelike)
      this.running.set(run.runId, () => {
        // Whether it took effect before it was ended is open.
        if (random.chance(0.5)) this.execute(run);
        finish(1, STATUS_CANCELLED);
      });
    if (random.chance(this.faults.hang)) {
      // A hanging start may still have brought the service up.
      if (run.operation === 'start' && random.chance(0.5))
        this.later(life, 5, () => this.activate(run.resource));
      queue.after(run.timeoutMs, () => finish(1, STATUS_TIMEOUT));
      return;
    }
    const meanMs = random.chance(this.slow) ? SLOW_MS : this.faults.meanDelayMs;
    const delayMs = Math.min(1 + random.exponential(meanMs), run.timeoutMs - 1);
    this.later(life, delayMs, () => {
      if (ended) return;
      const rcCode = this.execute(run);
      finish(random.chance(this.faults.garbage) ? random.pick(GARBAGE) : rcCode, STATUS_DONE);
    });
  }

  /** The executor is told to end a run. */
  cancel(runId: number): void {
    const end = this.running.get(runId);
    if (end) this.later(this.daemonLife, 1 + this.options.random.exponential(50), end);
  }

  /** A service comes from another host, alive. */
  arrived(resource: string): void {
    this.activate(resource);
  }

  /** The daemon was killed: its runs in flight die with the helper, the services go on. */
  daemonDied(): void {
    this.daemonLife++;
    this.running.clear();
  }

  /** Power is gone: nothing runs any more. */
  powerLost(): void {
    this.daemonDied();
    for (const resource of [...this.active]) this.deactivate(resource);
  }

  /** A service dies by itself. Returns false when it was not active. */
  crash(resource: string): boolean {
    if (!this.active.has(resource)) return false;
    this.deactivate(resource);
    return true;
  }

  private later(life: number, delayMs: number, action: () => void): void {
    this.options.queue.after(delayMs, () => {
      if (life === this.daemonLife) action();
    });
  }

  private execute(run: AgentRun): number {
    const { random } = this.options;
    switch (run.operation) {
      case 'start':
        if (random.chance(this.faults.startFailure)) return 1;
        this.activate(run.resource);
        return 0;
      case 'stop':
        if (random.chance(this.faults.stopFailure)) return 1;
        if (this.isActive(run.resource) && run.resource !== DATABASE && random.chance(this.faults.stopLie))
          this.hide(run.resource);
        else this.deactivate(run.resource);
        if (run.resource === DATABASE) this.deactivate(PROMOTED_DATABASE);
        return 0;
      case 'promote':
        if (!this.isActive(run.resource) || random.chance(this.faults.startFailure)) return 1;
        this.activate(PROMOTED_DATABASE);
        return 0;
      case 'demote':
        if (random.chance(this.faults.stopFailure)) return 1;
        this.deactivate(PROMOTED_DATABASE);
        return 0;
      case 'migrate_to':
        return this.sendAway(run);
      case 'migrate_from':
        return this.takeIn(run);
      case 'monitor':
        if (this.active.has(run.resource) && random.chance(this.faults.monitorFailure)) return 1;
        if (!this.active.has(run.resource) && random.chance(this.faults.monitorLie)) {
          this.options.observer.lied(this.options.host, run.resource);
          return 0;
        }
        if (!this.isActive(run.resource)) return OCF_NOT_RUNNING;
        return run.resource === DATABASE && this.isActive(PROMOTED_DATABASE) ? OCF_PROMOTED : 0;
      default:
        return 0;
    }
  }

  /** First half of a live migration: the service leaves this host, and is nowhere until the other half. */
  private sendAway({ resource, attributes }: AgentRun): number {
    const { random, migrating, extras } = this.options;
    if (!this.active.has(resource) || random.chance(this.faults.stopFailure)) return 1;
    if (extras.lifelike) {
      if (!this.options.arrive(resource, attributes.CRM_meta_migrate_target ?? '')) return 1;
      this.deactivate(resource);
      return 0;
    }
    migrating.add(resource);
    this.deactivate(resource);
    return 0;
  }

  /** Second half: only what was sent off can arrive. */
  private takeIn({ resource }: AgentRun): number {
    const { random, migrating, extras } = this.options;
    if (extras.lifelike) return this.active.has(resource) && !random.chance(this.faults.startFailure) ? 0 : 1;
    if (!migrating.delete(resource) || random.chance(this.faults.startFailure)) return 1;
    this.activate(resource);
    return 0;
  }

  private hide(resource: string): void {
    if (this.hidden.has(resource)) return;
    this.hidden.add(resource);
    this.options.observer.lied(this.options.host, resource);
    this.options.observer.stopped(this.options.host, resource);
  }

  /** Only of a copy that is there: a monitor that lies speaks of none. */
  private find(resource: string): void {
    if (this.hidden.delete(resource)) this.options.observer.found(this.options.host, resource);
  }

  private activate(resource: string): void {
    if (this.hidden.delete(resource)) this.options.observer.started(this.options.host, resource);
    if (this.active.has(resource)) return;
    this.active.add(resource);
    this.options.observer.started(this.options.host, resource);
  }

  private deactivate(resource: string): void {
    if (!this.active.delete(resource) || this.hidden.delete(resource)) return;
    this.options.observer.stopped(this.options.host, resource);
  }
}

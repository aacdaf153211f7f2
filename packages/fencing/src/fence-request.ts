import { createMachine, initialTransition, transition } from 'xstate';
import type { FenceAction } from './fence-device.ts';
import { type FenceStep, levelSteps } from './fence-plan.ts';
import type { ProofMethod } from './fence-proof.ts';
import type { DeviceLevel } from './fence-topology.ts';

/** What is asked for: put this incarnation of the target out of action. */
export interface FenceOrder {
  readonly id: string;
  readonly target: string;
  readonly targetIncarnation: number;
  readonly action: FenceAction;
  /** Head start for the other side, beside the devices' own delays (`priority-fencing-delay`). Milliseconds. */
  readonly delayMs: number;
  readonly requestedBy: string;
  readonly reason: string;
}

/** `proven` and `failed` are ends. Only `proven` is proof; everything else leaves the target unfenced (rule 8). */
export type FencePhase = 'waiting' | 'running' | 'proven' | 'failed';

type FenceEvent = { type: 'run' } | { type: 'retry' } | { type: 'proof' } | { type: 'exhausted' };

const machine = createMachine({
  id: 'fence-request',
  types: {} as { events: FenceEvent },
  initial: 'waiting',
  states: {
    waiting: { on: { run: 'running', exhausted: 'failed' } },
    running: { on: { retry: 'waiting', proof: 'proven', exhausted: 'failed' } },
    proven: { type: 'final' },
    failed: { type: 'final' },
  },
});

type Snapshot = ReturnType<typeof initialTransition<typeof machine>>[0];

const INITIAL: Snapshot = initialTransition(machine)[0];
/** Snapshots hold nothing but the state, so each step is worked out once for all requests. */
const STEPS = new Map<Snapshot, Map<FenceEvent['type'], Snapshot>>();

/** One request on its way through levels, devices and retries. Pure. */
export class FenceRequest {
  readonly order: FenceOrder;
  private readonly levels: readonly DeviceLevel[];
  private snapshot = INITIAL;
  private level = 0;
  private steps: FenceStep[] = [];
  private at = 0;
  private attemptsLeft = 0;
  private allOff = false;
  /** The last thing that went wrong, for people. */
  problem = '';
  /** Not before this moment may the present step run. */
  notBeforeMs: number;

  constructor(order: FenceOrder, levels: readonly DeviceLevel[], notBeforeMs: number) {
    this.order = order;
    this.levels = levels;
    this.notBeforeMs = notBeforeMs;
    if (levels.length === 0) {
      this.problem = 'no fence device can act on this target';
      this.send('exhausted');
    } else {
      this.enterLevel();
    }
  }

  get phase(): FencePhase {
    return this.snapshot.value as FencePhase;
  }

  get ended(): boolean {
    return this.snapshot.status === 'done';
  }

  /** The run that is due, or under way. */
  get step(): FenceStep | undefined {
    return this.ended ? undefined : this.steps[this.at];
  }

  /** Devices of the level that gave the proof. */
  get devices(): string {
    return [...new Set(this.steps.map(({ device }) => device.id))].join(',');
  }

  get method(): ProofMethod {
    if (this.steps.some(({ device }) => device.fabric)) return 'fabric';
    return this.steps.some(({ action }) => action === 'reboot') ? 'reset' : 'off';
  }

  /** The run of the present step has begun. */
  begun(): void {
    this.send('run');
  }

  /** The run has ended. `ok` only when the agent said so: timeout and unknown are failures (rule 8). */
  answered(ok: boolean, problem: string): void {
    const step = this.steps[this.at];
    if (this.phase !== 'running' || !step) return;
    if (!ok && step.proves) {
      this.problem = problem;
      this.attemptsLeft--;
      if (this.attemptsLeft > 0) this.send('retry');
      else this.nextLevel();
      return;
    }
    this.at++;
    const next = this.steps[this.at];
    this.allOff = !next?.proves;
    // With everything off the target is dead; whether it is switched on again does not matter for the proof.
    if (this.allOff && (next === undefined || !ok)) {
      this.send('proof');
      return;
    }
    this.attemptsLeft = next ? next.device.actions[next.action].attempts : 0;
    this.send('retry');
  }

  private nextLevel(): void {
    this.level++;
    if (this.level >= this.levels.length) {
      this.send('exhausted');
    } else {
      this.enterLevel();
      this.send('retry');
    }
  }

  private enterLevel(): void {
    this.steps = levelSteps(this.levels[this.level] ?? [], this.order.action);
    this.at = 0;
    const first = this.steps[0];
    this.attemptsLeft = first ? first.device.actions[first.action].attempts : 0;
  }

  private send(type: FenceEvent['type']): void {
    const known = STEPS.get(this.snapshot) ?? new Map<FenceEvent['type'], Snapshot>();
    STEPS.set(this.snapshot, known);
    const next = known.get(type) ?? transition(machine, this.snapshot, { type })[0];
    known.set(type, next);
    this.snapshot = next;
  }
}

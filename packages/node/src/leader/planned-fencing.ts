import type { GraphAction } from '@holdfast/model';
import type { PolicyAnswer } from '../io.ts';
import type { NodeContext } from '../node-context.ts';
import type { FenceCoordinator } from './fence-coordinator.ts';

/** What ends within this time is waited for before whom to fence is asked. Doubles with each look. Milliseconds. */
const PATIENCE_MS = 100;
const PATIENCE_MAX_MS = 5000;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Fencing that plans ask for. It does not wait for the rest of a plan: when news have overtaken one that still has slow
 * operations under way, the next one can only be carried out after those, but whom it would fence first is fenced at
 * once. What is under way can take nothing back of that: a member stays lost, and a failed stop failed.
 */
export class PlannedFencing {
  private readonly context: NodeContext;
  private readonly fencing: FenceCoordinator;
  private readonly changed: (reason: string) => void;
  private lookAtMs = NEVER;
  private patienceMs = PATIENCE_MS;
  /** Lives at the time of the look that is being computed. */
  private seen: ReadonlyMap<string, string> = new Map();

  constructor(context: NodeContext, fencing: FenceCoordinator, changed: (reason: string) => void) {
    this.context = context;
    this.fencing = fencing;
    this.changed = changed;
  }

  /** Carries out the action of a plan. `complete` is called once, unless this leader ends before. */
  carryOut(action: GraphAction, complete: (success: boolean) => void): void {
    const target = action.onNode ?? '';
    const { replica } = this.context;
    if (replica.state.members.get(target)?.status === 'fenced') {
      complete(true);
      return;
    }
    const reason = 'the member is lost or failed to stop';
    this.fencing.order(target, wantedOf(action), replica.consensus.self, reason, (ok, why) => {
      complete(ok);
      if (!ok) this.changed(`fencing ${target}: ${why}`);
    });
  }

  /** News have come for a plan that is still under way. */
  news(): void {
    if (this.lookAtMs === NEVER && this.fencing.enabled) this.lookAtMs = this.context.nowMs + this.patienceMs;
  }

  /** The plan has ended: the next one decides about everything. */
  over(): void {
    this.lookAtMs = NEVER;
    this.patienceMs = PATIENCE_MS;
  }

  /** It is time to compute whom the next plan would fence. */
  get isDue(): boolean {
    return this.lookAtMs <= this.context.nowMs;
  }

  nextDeadlineMs(): number {
    return this.isDue ? NEVER : this.lookAtMs;
  }

  /** That is being computed now. */
  looking(): void {
    this.lookAtMs = NEVER;
    this.patienceMs = Math.min(PATIENCE_MAX_MS, this.patienceMs * 2);
    this.seen = this.lives();
  }

  /** The answer: fences those whom the next plan would fence before anything else. Returns whether there were any. */
  answered(answer: PolicyAnswer): boolean {
    let any = false;
    const lives = this.lives();
    for (const { action, inputs } of answer.graph.synapses) {
      const target = action.onNode ?? '';
      if (!putsOut(action) || inputs.length > 0 || this.fencing.desk.isPending(target)) continue;
      // News about this very member have come meanwhile: they are looked at first.
      if (this.seen.get(target) !== lives.get(target)) this.news();
      else {
        any = true;
        this.carryOut(action, (ok) => ok && this.changed(`${target} is fenced`));
      }
    }
    return any;
  }

  private lives(): Map<string, string> {
    const { members } = this.context.replica.state;
    return new Map([...members.values()].map((each) => [each.name, `${each.status}#${each.incarnation}`]));
  }
}

function wantedOf({ attributes }: GraphAction): 'off' | 'on' | 'reboot' {
  const text = attributes.CRM_meta_stonith_action ?? 'reboot';
  return text === 'off' || text === 'poweroff' ? 'off' : text === 'on' ? 'on' : 'reboot';
}

/** A machine of its own is to be put out of action: neither unfencing, nor a guest that ends with its host. */
function putsOut(action: GraphAction): boolean {
  return action.operation === 'stonith' && action.kind === 'cluster' && wantedOf(action) !== 'on';
}

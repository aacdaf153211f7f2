import { createMachine, initialTransition, transition } from 'xstate';

/**
 * Life of one daemon run as a member.
 *
 * `booting`: the incarnation is not on disk yet. `joining`: no leader has acknowledged it. `pending`: acknowledged,
 * without authority (rule 6). `member`: has authority. `leader`: the same and leads. `lostQuorum`: authority has
 * lapsed. `leaving`: wants to go. `stopped`: the end.
 */
export type LifecycleState =
  | 'booting'
  | 'joining'
  | 'pending'
  | 'member'
  | 'leader'
  | 'lostQuorum'
  | 'leaving'
  | 'stopped';

export type LifecycleEvent =
  | { readonly type: 'booted' }
  | { readonly type: 'admitted' }
  | { readonly type: 'expelled' }
  | { readonly type: 'authorized' }
  | { readonly type: 'lapsed' }
  | { readonly type: 'elected' }
  | { readonly type: 'deposed' }
  | { readonly type: 'leave' }
  | { readonly type: 'ended' };

const anywhere = { leave: 'leaving', ended: 'stopped' } as const;

const machine = createMachine({
  id: 'member',
  types: {} as { events: LifecycleEvent },
  initial: 'booting',
  states: {
    booting: { on: { booted: 'joining', ended: 'stopped' } },
    joining: { on: { admitted: 'pending', ...anywhere } },
    pending: { on: { authorized: 'member', expelled: 'joining', ...anywhere } },
    member: { on: { elected: 'leader', lapsed: 'lostQuorum', expelled: 'joining', ...anywhere } },
    leader: { on: { deposed: 'member', lapsed: 'lostQuorum', expelled: 'joining', ...anywhere } },
    lostQuorum: { on: { authorized: 'member', expelled: 'joining', ...anywhere } },
    leaving: { on: { ended: 'stopped' } },
    stopped: { type: 'final' },
  },
});

type Snapshot = ReturnType<typeof initialTransition<typeof machine>>[0];

const INITIAL: Snapshot = initialTransition(machine)[0];
/** Snapshots hold nothing but the state, so each step is worked out once for all members. */
const STEPS = new Map<Snapshot, Map<LifecycleEvent['type'], Snapshot>>();

/** Events that mean something in each state. The node says what is true in every step; most of it is no news. */
const ACCEPTED = new Map<string, ReadonlySet<string>>(
  Object.entries(machine.states).map(([name, state]) => [name, new Set<string>(state.ownEvents)]),
);

/** The statechart of one run, advanced by pure steps. */
export class Lifecycle {
  private snapshot = INITIAL;
  private current: LifecycleState = 'booting';

  get state(): LifecycleState {
    return this.current;
  }

  /** Returns whether the state changed. Events that do not apply are ignored. */
  send(type: LifecycleEvent['type']): boolean {
    const before = this.current;
    if (!ACCEPTED.get(before)?.has(type)) return false;
    this.snapshot = step(this.snapshot, type);
    this.current = this.snapshot.value as LifecycleState;
    return before !== this.current;
  }
}

function step(from: Snapshot, type: LifecycleEvent['type']): Snapshot {
  const known = STEPS.get(from) ?? new Map<LifecycleEvent['type'], Snapshot>();
  STEPS.set(from, known);
  const next = known.get(type) ?? transition(machine, from, { type })[0];
  known.set(type, next);
  return next;
}

import type { Membership } from '@holdfast/membership';
import type { NodeOptions } from './io.ts';
import type { Outbox } from './outbox.ts';
import type { Replica } from './replicated/replica.ts';
import type { Timing } from './timing.ts';

/** What the parts of one running member share. Clock values are those of the input being handled. */
export interface NodeContext {
  readonly options: NodeOptions;
  readonly timing: Timing;
  readonly outbox: Outbox;
  readonly replica: Replica;
  readonly membership: Membership;
  /** Seeded draw in [0, 1). */
  readonly random: () => number;
  /** This life of this member. */
  readonly incarnation: number;
  nowMs: number;
  /** Epoch milliseconds; for people and time rules only. */
  wallMs: number;
}

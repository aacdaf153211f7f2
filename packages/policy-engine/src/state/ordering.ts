import type { Action } from './action.ts';
import type { ResourceInstance } from './resource-instance.ts';

/** How `first` and `then` of an ordering affect each other. Bits combine. */
export const OrderFlag = {
  none: 0,
  /** Order only if both happen anyway. */
  ordered: 1 << 0,
  /** If then is needed, first becomes needed. */
  thenImpliesFirst: 1 << 1,
  /** If first is needed, then becomes needed. */
  firstImpliesThen: 1 << 2,
  /** As thenImpliesFirst, but only if then belongs to a promoted instance. */
  promotedThenImpliesFirst: 1 << 3,
  /** first can run only if then can run and migrate. */
  unmigratableThenBlocks: 1 << 4,
  /** then is runnable (and migratable) only if first is runnable. */
  unrunnableFirstBlocks: 1 << 5,
  /** If first cannot run, then must really be executed instead of being a mark. */
  firstElseThen: 1 << 6,
  /** As firstImpliesThen, but only for instances of then on the node of first. */
  firstImpliesSameNodeThen: 1 << 7,
  /** A probe inside a remote node: ignored while the connection is about to stop. */
  nestedRemoteProbe: 1 << 8,
  /** Ignored unless both are on the same node. */
  ifOnSameNode: 1 << 9,
  /** Ignored unless both are on the same node, or then migrates to that node. */
  ifOnSameNodeOrTarget: 1 << 10,
  /** Ignored unless both are needed and on the same node. */
  ifRequiredOnSameNode: 1 << 11,
  /** Ignored if first is a step of a live migration. */
  ifFirstUnmigratable: 1 << 12,
  /** Applies although it looks pointless for a guest node (its start is ordered). */
  guestAllowed: 1 << 13,
  /** Affects then only if then has not happened yet. */
  asymmetric: 1 << 14,
  /** If then is needed or impossible, first (a stop) becomes needed: a restart. */
  intermediateStop: 1 << 15,
  /** Never both at the same time; whichever is first. */
  serialize: 1 << 16,
  /** then needs `requiredRunnableBefore` runnable ones of its firsts. */
  minRunnable: 1 << 17,
  /** If first is needed, then stays in the graph. */
  firstImpliesThenGraphed: 1 << 18,
  /** If then is needed, first stays in the graph. */
  thenImpliesFirstGraphed: 1 << 19,
  /** If then is needed, first is not. */
  thenCancelsFirst: 1 << 20,
} as const;

/** An ordering between two actions, each named by resource and operation key until the actions exist. */
export interface Ordering {
  readonly id: number;
  flags: number;
  readonly firstResource: ResourceInstance | undefined;
  readonly firstAction: Action | undefined;
  readonly firstKey: string | undefined;
  readonly thenResource: ResourceInstance | undefined;
  readonly thenAction: Action | undefined;
  readonly thenKey: string | undefined;
}

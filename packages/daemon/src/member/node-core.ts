import type { NodeInput, NodeInspection, NodeOutput } from '@holdfast/node';

/** What the daemon drives: ClusterNode, seen from outside. */
export interface NodeCore {
  step(input: NodeInput): readonly NodeOutput[];
  /** When the next tick is due, in `nowMs` of the inputs; null: no tick is needed. */
  nextDeadlineMs(): number | null;
  inspect(): NodeInspection;
}

import type { Rule } from './rule.ts';

/** One name and value. Values stay the text the operator wrote; the policy engine interprets them. */
export interface NameValue {
  readonly id?: string;
  /** Absent only together with `idRef`. */
  readonly name?: string;
  /** Absent: the name is set without a value (removes an inherited one). */
  readonly value?: string;
  /** Reference to another name-value pair by id. */
  readonly idRef?: string;
}

/** A block of attributes (`instance_attributes`, `meta_attributes`, `utilization`, `cluster_property_set`). */
export interface AttributeBlock extends Pick<Annotated, 'comments'> {
  readonly id?: string;
  /** Reference to another block by id; then everything else is absent. */
  readonly idRef?: string;
  /** Order of evaluation as text, highest first. Default 0. */
  readonly score?: string;
  /** At most one top-level rule in current configurations; older ones may hold several. */
  readonly rules: readonly Rule[];
  readonly pairs: readonly NameValue[];
}

/** The parts of an element whose order in the text carries no meaning but is shown as the operator wrote it. */
export type Section = 'params' | 'meta' | 'utilization' | 'operations';

/** How an operator wrote an object. Kept so that it is shown the same way again; nothing decides by it. */
export interface Annotated {
  /**
   * One entry for each block, in the order written (`params` is `instance_attributes`). Absent: params, meta,
   * utilization, operations. Blocks beyond the list follow in that order.
   */
  readonly sectionOrder?: readonly Section[];
  /** Comments in front of or inside the object, without their marks. */
  readonly comments?: readonly string[];
}

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
export interface AttributeBlock {
  readonly id?: string;
  /** Reference to another block by id; then everything else is absent. */
  readonly idRef?: string;
  /** Order of evaluation as text, highest first. Default 0. */
  readonly score?: string;
  /** At most one top-level rule in current configurations; older ones may hold several. */
  readonly rules: readonly Rule[];
  readonly pairs: readonly NameValue[];
}

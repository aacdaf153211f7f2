/** One parameter of an agent (`parameter` in its meta-data). */
export interface AgentParameter {
  readonly name: string;
  /** `string`, `integer`, `boolean`, `time`, `select`, ... as written; `string` when absent. */
  readonly type: string;
  readonly default?: string;
  readonly required: boolean;
  /** Parameters of one group must, together, differ between resources; OCF 1.0's `unique` is a group of one. */
  readonly uniqueGroup?: string;
  /** A change needs `reload-agent` only, no restart. */
  readonly reloadable: boolean;
  /** Its value is nobody's business, such as a password. */
  readonly private: boolean;
  readonly deprecated: boolean;
  /** Name of the parameter that takes the place of this deprecated one. */
  readonly replacedWith?: string;
  /** Allowed values of a `select` parameter. */
  readonly options: readonly string[];
  readonly shortText: string;
  readonly longText: string;
}

/** One action that an agent offers, with the times its author advises. */
export interface AgentAction {
  readonly name: string;
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
  readonly startDelayMs?: number;
  /** OCF_CHECK_LEVEL this entry is about. */
  readonly depth?: string;
  /** Current spelling: `Promoted`, `Unpromoted`, `Started`, `Stopped`. */
  readonly role?: string;
  /** Fence agents: `on` must be run before a node may start resources (unfencing). */
  readonly automatic: boolean;
  /** Fence agents: the action must be run by the target itself. */
  readonly onTarget: boolean;
}

/** What an agent says about itself (`meta-data` of OCF agents, `metadata` of fence agents). */
export interface AgentMetadata {
  readonly name: string;
  readonly version: string;
  readonly shortText: string;
  readonly longText: string;
  readonly parameters: readonly AgentParameter[];
  readonly actions: readonly AgentAction[];
}

/** Whether nodes must be unfenced by this fence agent before they run resources. */
export function needsUnfencing(metadata: AgentMetadata): boolean {
  return metadata.actions.some((action) => action.name === 'on' && action.automatic);
}

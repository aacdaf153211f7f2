import type { Annotated, AttributeBlock } from './attributes.ts';
import type { Constraint } from './constraint.ts';
import type { Resource, Template } from './resource.ts';

/** What is configured about a node (`node`). A member needs no entry to be a member. */
export interface ConfiguredNode extends Annotated {
  /** The CIB id, e.g. `1`. In Holdfast clusters equal to the name. */
  readonly id: string;
  readonly name: string;
  /** `member` (default), `remote` or `ping`. */
  readonly type?: string;
  readonly description?: string;
  readonly score?: string;
  readonly attributes: readonly AttributeBlock[];
  readonly utilization: readonly AttributeBlock[];
}

/** Devices to be used together for a target (`fencing-level`); levels are tried in the order of their index. */
export interface FencingLevel {
  readonly id?: string;
  readonly index: string;
  /** Comma-separated device ids. */
  readonly devices: string;
  readonly target?: string;
  readonly targetPattern?: string;
  readonly targetAttribute?: string;
  readonly targetValue?: string;
}

/** A name for several objects (`tag`). */
export interface Tag extends Pick<Annotated, 'comments'> {
  readonly id: string;
  readonly members: readonly string[];
}

/** An element kept verbatim because nothing in the cluster interprets it yet (alerts, ACL entries). */
export interface RawElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly RawElement[];
  readonly text?: string;
}

/** Everything an operator configures: the `configuration` section of a CIB. Order is meaning and is kept. */
export interface Configuration {
  readonly options: readonly AttributeBlock[];
  readonly nodes: readonly ConfiguredNode[];
  readonly resources: readonly Resource[];
  readonly templates: readonly Template[];
  readonly constraints: readonly Constraint[];
  readonly resourceDefaults: readonly AttributeBlock[];
  readonly operationDefaults: readonly AttributeBlock[];
  readonly fencingTopology: readonly FencingLevel[];
  readonly tags: readonly Tag[];
  readonly alerts: readonly RawElement[];
  readonly acls: readonly RawElement[];
}

/** A configuration that holds nothing. */
export const EMPTY_CONFIGURATION: Configuration = {
  options: [],
  nodes: [],
  resources: [],
  templates: [],
  constraints: [],
  resourceDefaults: [],
  operationDefaults: [],
  fencingTopology: [],
  tags: [],
  alerts: [],
  acls: [],
};

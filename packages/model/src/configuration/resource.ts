import type { Annotated, AttributeBlock } from './attributes.ts';

interface ResourceBase extends Annotated {
  readonly id: string;
  readonly description?: string;
  readonly meta: readonly AttributeBlock[];
  readonly params: readonly AttributeBlock[];
}

/** An operation definition (`op`). */
export interface OperationDefinition extends Pick<Annotated, 'sectionOrder'> {
  readonly id?: string;
  readonly idRef?: string;
  readonly name?: string;
  /** Attributes as written: interval, timeout, role, on-fail, enabled, start-delay, interval-origin, ... */
  readonly attributes: Readonly<Record<string, string>>;
  readonly params: readonly AttributeBlock[];
  readonly meta: readonly AttributeBlock[];
}

/** Ids of an `operations` container, where it has them. */
export interface OperationsContainer {
  readonly id?: string;
  readonly idRef?: string;
}

/** One resource run by one agent (`primitive`). */
export interface Primitive extends ResourceBase {
  readonly kind: 'primitive';
  /** `ocf`, `systemd`, `service`, `lsb` or `stonith`; absent when `template` gives it. */
  readonly class?: string;
  readonly provider?: string;
  readonly type?: string;
  /** Id of a resource template. */
  readonly template?: string;
  readonly utilization: readonly AttributeBlock[];
  readonly operations: readonly OperationDefinition[];
  readonly operationsContainer?: OperationsContainer;
}

/** What primitives made from it share (`template`). */
export interface Template extends Omit<Primitive, 'kind' | 'template'> {
  readonly kind: 'template';
}

/** Primitives that run together and start in their order (`group`). */
export interface Group extends ResourceBase {
  readonly kind: 'group';
  readonly members: readonly Primitive[];
}

/** A resource that runs several times (`clone`). */
export interface Clone extends ResourceBase {
  readonly kind: 'clone';
  /** True when written with the old `master` element; means `promotable=true`. */
  readonly legacyMaster?: boolean;
  readonly child: Primitive | Group;
}

/** A resource in containers (`bundle`). */
export interface Bundle extends ResourceBase {
  readonly kind: 'bundle';
  readonly container: {
    readonly runtime: 'docker' | 'podman' | 'rkt';
    readonly attributes: Readonly<Record<string, string>>;
  };
  readonly network?: {
    readonly attributes: Readonly<Record<string, string>>;
    readonly portMappings: readonly Readonly<Record<string, string>>[];
  };
  readonly storage: readonly Readonly<Record<string, string>>[];
  readonly child?: Primitive;
}

/** Any resource. */
export type Resource = Primitive | Group | Clone | Bundle;

import type { Annotated } from './attributes.ts';
import type { Rule } from './rule.ts';

/** A `resource_set`. Attributes stay as written: sequential, require-all, role, action, score, kind, ordering. */
export interface ResourceSet {
  readonly id?: string;
  readonly idRef?: string;
  readonly members: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

/** Where a resource may or may not run (`rsc_location`). */
export interface LocationConstraint extends Pick<Annotated, 'comments'> {
  readonly kind: 'location';
  readonly id: string;
  readonly resource?: string;
  /** POSIX extended regular expression; a leading `!` negates. */
  readonly pattern?: string;
  readonly sets: readonly ResourceSet[];
  readonly node?: string;
  readonly score?: string;
  readonly role?: string;
  /** `always` (default), `never` or `exclusive`. */
  readonly resourceDiscovery?: string;
  readonly rules: readonly Rule[];
  /** Rules of the old `lifetime` element. */
  readonly lifetime?: readonly Rule[];
}

/** Which resources run together or apart (`rsc_colocation`). */
export interface ColocationConstraint extends Pick<Annotated, 'comments'> {
  readonly kind: 'colocation';
  readonly id: string;
  readonly score?: string;
  readonly resource?: string;
  readonly role?: string;
  readonly withResource?: string;
  readonly withRole?: string;
  readonly nodeAttribute?: string;
  readonly influence?: string;
  readonly sets: readonly ResourceSet[];
  readonly lifetime?: readonly Rule[];
}

/** Which action comes before which (`rsc_order`). */
export interface OrderConstraint extends Pick<Annotated, 'comments'> {
  readonly kind: 'order';
  readonly id: string;
  readonly first?: string;
  readonly firstAction?: string;
  readonly then?: string;
  readonly thenAction?: string;
  /** `Mandatory`, `Optional` or `Serialize`. */
  readonly orderKind?: string;
  /** Old way to give the kind: 0 is Optional, anything else Mandatory. */
  readonly score?: string;
  readonly symmetrical?: string;
  readonly requireAll?: string;
  readonly sets: readonly ResourceSet[];
  readonly lifetime?: readonly Rule[];
}

/** Resources that need a ticket (`rsc_ticket`). */
export interface TicketConstraint extends Pick<Annotated, 'comments'> {
  readonly kind: 'ticket';
  readonly id: string;
  readonly ticket: string;
  readonly resource?: string;
  readonly role?: string;
  readonly lossPolicy?: string;
  readonly sets: readonly ResourceSet[];
}

/** Any constraint. */
export type Constraint = LocationConstraint | ColocationConstraint | OrderConstraint | TicketConstraint;

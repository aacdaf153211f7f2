import type { GraphAction } from '@holdfast/model';
import type { AgentKnowledge } from './agent-knowledge.ts';
import type { ChangeLog } from './change-log.ts';
import type { MemberMemory } from './member-memory.ts';
import { provesNotPromoted } from './operation-history.ts';
import { ResourceSlot } from './resource-slot.ts';
import type { TransientAttributes } from './transient-attributes.ts';

/** What the records of this member's resources need beside themselves. */
export interface RecordParts {
  readonly memory: MemberMemory;
  readonly agents: AgentKnowledge;
  readonly changes: ChangeLog;
  readonly attributes: TransientAttributes;
}

/** The resources that this member has records of, and what operators may do to those. */
export class ResourceSlots {
  /** What may come here by a live migration, without anything being executed here: no probe rules it out. */
  expected: ReadonlyMap<string, unknown> = new Map();
  private readonly slots = new Map<string, ResourceSlot>();
  /** Without records, but not proven stopped: when these were last known to be active, until a probe has ended. */
  private readonly unproven = new Map<string, ResourceSlot>();
  private readonly parts: RecordParts;

  constructor(parts: RecordParts) {
    this.parts = parts;
  }

  get(resource: string): ResourceSlot | undefined {
    return this.slots.get(resource);
  }

  all(): IterableIterator<ResourceSlot> {
    return this.slots.values();
  }

  /** The slot of an action's resource; a new one begins with what the member remembers. */
  open(action: GraphAction, resource: NonNullable<GraphAction['resource']>): ResourceSlot {
    const { memory, agents, changes } = this.parts;
    const before = this.slots.get(resource.id);
    if (before) {
      before.lastAction = action;
      return before;
    }
    const slot = new ResourceSlot({ ...action, resource }, memory.take(resource));
    const known = agents.of(resource);
    if (known) slot.history.complete(known);
    slot.activeSince = this.unproven.get(slot.id)?.activeSince ?? 0;
    this.unproven.delete(slot.id);
    this.slots.set(slot.id, slot);
    changes.removed.delete(slot.id);
    return slot;
  }

  /** The slot of what may be active here, to be stopped. */
  toStop(resource: string): ResourceSlot | undefined {
    const action = this.unproven.get(resource)?.lastAction;
    return action?.resource ? this.open(action, action.resource) : this.slots.get(resource);
  }

  /** An agent has told about itself: records made meanwhile get the digests they lack. */
  completeHistories(): void {
    const { agents, changes } = this.parts;
    for (const slot of this.slots.values()) {
      const facts = agents.of(slot.history.resource);
      if (facts && slot.history.complete(facts)) changes.changed(slot.id);
    }
  }

  /** Resources that may be active here, the last started first. */
  activeResources(): string[] {
    const active = [...this.slots.values(), ...this.unproven.values()].filter(
      ({ id, activeSince }) => activeSince > 0 || this.expected.has(id),
    );
    return active.sort((left, right) => right.activeSince - left.activeSince).map((slot) => slot.id);
  }

  /** Whether the records leave open that the copy here is promoted. */
  mayBePromoted(resource: string): boolean {
    const slot = this.slots.get(resource);
    if (slot === undefined) return this.unproven.has(resource);
    return !provesNotPromoted(slot.history.toResourceHistory());
  }

  isBusy(resource: string): boolean {
    return this.slots.get(resource)?.idle === false;
  }

  /** An operator has seen the failures. Without arguments: all of them. */
  cleanup(resource?: string, operation?: string, intervalMs?: number): void {
    const { attributes, changes } = this.parts;
    if (attributes.clearFailures(resource, operation, intervalMs)) changes.forced = true;
    for (const slot of this.slots.values()) {
      if (resource !== undefined && slot.id !== resource) continue;
      if (!slot.history.hasFailure) continue;
      slot.history.forgetFailures();
      changes.changed(slot.id);
    }
  }

  /**
   * An operator has mended what failed: forgets the whole history of resources with a failure, so that they are probed
   * again. Forgetting the failure alone would leave a failed stop as the last word.
   */
  cleanupByOperator(resource?: string, operation?: string): void {
    const failed = [...this.slots.values()].filter(
      ({ id, history }) => history.hasFailure && (resource === undefined || resource === id),
    );
    this.cleanup(resource, operation);
    for (const slot of failed) if (slot.idle) this.drop(slot);
  }

  /** Removes the history of one resource, or all of it, so that the leader probes again. Busy ones are kept. */
  forget(resource?: string): void {
    for (const slot of [...this.slots.values()]) {
      if ((resource !== undefined && slot.id !== resource) || !slot.idle) continue;
      this.drop(slot);
    }
  }

  /** To have no record of a resource does not stop it: only a probe or a stop proves that. */
  private drop(slot: ResourceSlot): void {
    this.slots.delete(slot.id);
    if (slot.activeSince > 0) this.unproven.set(slot.id, slot);
    this.parts.changes.dropped(slot.id);
  }
}

import type { ResourceHistory } from '@holdfast/model';
import type { StoreOperation } from '@holdfast/ports';
import type { RememberedResource } from './remembered-resource.ts';
import type { ResourceSlot } from './resource-slot.ts';
import type { TransientAttributes } from './transient-attributes.ts';

interface LifeRecord {
  /** Boot of the machine in which this was written; empty when the host cannot tell. */
  readonly bootId: string;
  readonly incarnation: number;
  readonly lastCallId: number;
}

/** What the memory is of. */
export interface Rememberable {
  readonly attributes: TransientAttributes;
  readonly slots: { get(resource: string): ResourceSlot | undefined };
  readonly lastCallId: number;
}

const LIFE_KEY = 'member/life';
const ATTRIBUTES_KEY = 'member/attributes';
const RESOURCE_PREFIX = 'member/resource/';
/** Changes are collected this long before they are written: a start of hundreds is few writes. Milliseconds. */
const COLLECT_MS = 200;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Node-owned state on this member's disk (DESIGN section 5): fail counts and other transient attributes, and of the
 * operation history the digests with which each resource was started.
 *
 * A daemon that restarts on a machine that stayed up finds the same services with the same failures, so all of it
 * stands. It ends with a boot of the machine, a proof that the member was fenced, or a clean leave: what failed then
 * has been started from scratch, or is for another member. That is what Pacemaker's `reboot` lifetime means.
 * Nothing waits for these writes: a crash may lose the last moments, which a probe and the next failure make good.
 */
export class MemberMemory {
  private readonly bootId: string;
  private readonly incarnation: number;
  private readonly persist: (batch: readonly StoreOperation[]) => void;
  private readonly remembered = new Map<string, RememberedResource>();
  private readonly changed = new Set<string>();
  private readonly onDisk = new Set<string>();
  private life: LifeRecord | undefined;
  private restored: Readonly<Record<string, string>> = {};
  private attributesVersion = 0;
  private dueMs = NEVER;

  constructor(options: {
    records: ReadonlyMap<string, unknown>;
    bootId: string;
    incarnation: number;
    persist: (batch: readonly StoreOperation[]) => void;
  }) {
    const { records, bootId, incarnation, persist } = options;
    this.bootId = bootId;
    this.incarnation = incarnation;
    this.persist = persist;
    this.life = records.get(LIFE_KEY) as LifeRecord | undefined;
    for (const key of records.keys()) if (key.startsWith(RESOURCE_PREFIX)) this.onDisk.add(key);
    if (!this.life) return;
    // Unknown boots are taken for the same one: a fail count too many is an operator's cleanup, one too few a loop.
    if (this.life.bootId !== bootId) {
      this.forgetAll();
      return;
    }
    this.restored = (records.get(ATTRIBUTES_KEY) as Record<string, string> | undefined) ?? {};
    for (const key of this.onDisk) {
      const resource = records.get(key) as RememberedResource;
      this.remembered.set(resource.id, resource);
    }
  }

  /** Transient attributes of the life before. */
  get attributes(): Readonly<Record<string, string>> {
    return this.restored;
  }

  /** Calls of this life are numbered above those of the lives remembered. */
  get lastCallId(): number {
    return this.life?.lastCallId ?? 0;
  }

  /** The newest life whose doings are remembered here. */
  get writtenBy(): number {
    return this.life?.incarnation ?? 0;
  }

  /** Hands what is known of a resource to its history, which begins in this life. */
  take(
    resource: Pick<ResourceHistory, 'id' | 'class' | 'provider' | 'type'>,
  ): RememberedResource | undefined {
    const known = this.remembered.get(resource.id);
    this.remembered.delete(resource.id);
    const same = known?.type === resource.type && known.provider === resource.provider;
    return same && known.class === resource.class ? known : undefined;
  }

  /** The history of a resource changed, or was removed. */
  note(resource: string): void {
    this.changed.add(resource);
  }

  /** The machine was switched off since, or the member left: nothing of the past is true any more. */
  forgetAll(): void {
    this.remembered.clear();
    this.restored = {};
    this.life = undefined;
    for (const key of this.onDisk) this.changed.add(key.slice(RESOURCE_PREFIX.length));
    this.attributesVersion = -1;
  }

  /** Writes what has changed, once it has been collected for a while. */
  advance(nowMs: number, of: Rememberable): void {
    if (this.changed.size === 0 && this.attributesVersion === of.attributes.version) return;
    if (this.dueMs === NEVER) this.dueMs = nowMs + COLLECT_MS;
    if (nowMs >= this.dueMs) this.write(of);
  }

  /** Writes what has changed now. */
  write(of: Rememberable): void {
    this.dueMs = NEVER;
    this.life = { bootId: this.bootId, incarnation: this.incarnation, lastCallId: of.lastCallId };
    const batch: StoreOperation[] = [{ op: 'put', key: LIFE_KEY, value: this.life }];
    if (this.attributesVersion !== of.attributes.version) {
      this.attributesVersion = of.attributes.version;
      batch.push({ op: 'put', key: ATTRIBUTES_KEY, value: of.attributes.toRecord() });
    }
    for (const id of this.changed) this.writeResource(id, of.slots.get(id), batch);
    this.changed.clear();
    this.persist(batch);
  }

  nextDeadlineMs(): number {
    return this.dueMs;
  }

  private writeResource(id: string, slot: ResourceSlot | undefined, batch: StoreOperation[]): void {
    const key = `${RESOURCE_PREFIX}${id}`;
    const value = slot ? slot.history.toRemember() : this.remembered.get(id);
    if (value) {
      batch.push({ op: 'put', key, value });
      this.onDisk.add(key);
    } else if (this.onDisk.delete(key)) {
      batch.push({ op: 'delete', key });
    }
  }
}

import {
  type AttributeBlock,
  type BlockById,
  type Clone,
  type Configuration,
  currentOptionName,
  type Primitive,
  parseBoolean,
  parseDurationMs,
  plainBlocks,
  type Resource,
  resourceBlocks,
} from '@holdfast/model';

/** One primitive and the containers around it, from the outermost inward. */
export interface PlacedPrimitive {
  readonly primitive: Primitive;
  readonly parents: readonly string[];
  readonly exclusive: boolean;
  readonly unique: boolean;
  /** Instance of a promotable clone of which one copy at a time may be promoted. */
  readonly singlePromoted: boolean;
}

const DEFAULT_TIMEOUT_MS = 20_000;
const PROMOTED_SUFFIX = '#promoted';

/** The resource a holding is about, without instance number, and whether it is about the promoted role only. */
export function holdingSubject(holding: string): {
  readonly resource: string;
  readonly promotedRole: boolean;
} {
  const promotedRole = holding.endsWith(PROMOTED_SUFFIX);
  const instance = promotedRole ? holding.slice(0, -PROMOTED_SUFFIX.length) : holding;
  return { resource: instance.replace(/:\d+$/, ''), promotedRole };
}

/**
 * What the core itself reads in a configuration; placement is the policy engine's. Made once per change, and read as far
 * as somebody asks: a stream of changes to other parts costs nothing for the size of these.
 */
export class ConfigurationFacts {
  private readonly configuration: Configuration;
  private placed: ReadonlyMap<string, PlacedPrimitive> | undefined;
  private named: ReadonlyMap<string, string> | undefined;
  /** Options as durations, read once: some are asked for with every step. */
  private durations = new Map<string, number | undefined>();

  /** @param before the facts of the configuration before the change: what is about a part that stayed is kept */
  constructor(configuration: Configuration, before?: ConfigurationFacts) {
    this.configuration = configuration;
    if (before?.configuration.resources === configuration.resources) this.placed = before.placed;
    if (before?.configuration.options !== configuration.options) return;
    this.named = before.named;
    this.durations = before.durations;
  }

  /** All primitives, those in containers included, by their ids. */
  get primitives(): ReadonlyMap<string, PlacedPrimitive> {
    if (this.placed === undefined) {
      const placed = new Map<string, PlacedPrimitive>();
      const blockById = resourceBlocks(this.configuration);
      for (const resource of this.configuration.resources)
        place(placed, { resource, parents: [], kind: PLAIN, blockById });
      this.placed = placed;
    }
    return this.placed;
  }

  /** A cluster option by its current name. */
  option(name: string): string | undefined {
    this.named ??= optionsByName(this.configuration.options);
    return this.named.get(name);
  }

  /** What a member that is cut off does by itself where others go on without proof; null where they do not. */
  get unsafeTerms(): string | null {
    return this.flag('unsafe-recovery', false) ? `${this.durationMs('no-quorum-delay', 0)}` : null;
  }

  flag(name: string, otherwise: boolean): boolean {
    const text = this.option(name);
    return (text === undefined ? undefined : parseBoolean(text)) ?? otherwise;
  }

  durationMs(name: string, otherwise: number): number {
    if (!this.durations.has(name)) {
      const text = this.option(name);
      this.durations.set(name, text === undefined ? undefined : parseDurationMs(text));
    }
    return this.durations.get(name) ?? otherwise;
  }

  count(name: string, otherwise: number): number {
    const value = Number(this.option(name) ?? Number.NaN);
    return Number.isInteger(value) ? value : otherwise;
  }

  /** Whether at most one copy of this instance may be active in the cluster (S1). */
  isExclusive(instance: string): boolean {
    const known = this.primitives.get(instance) ?? this.primitives.get(instance.replace(/:\d+$/, ''));
    if (!known) return !instance.includes(':');
    return known.exclusive || (known.unique && instance.includes(':'));
  }

  /**
   * The holding for the promoted role of an instance, where only one copy at a time may have it; undefined elsewhere. A
   * promoted database is as exclusive as a primitive, though its clone runs everywhere.
   */
  promotedRole(instance: string): string | undefined {
    const base = instance.replace(/:\d+$/, '');
    return this.primitives.get(base)?.singlePromoted ? `${base}${PROMOTED_SUFFIX}` : undefined;
  }

  /** Timeout of an operation, for those that no graph asked for. */
  timeoutMs(resource: string, operation: 'stop' | 'demote'): number {
    const known = this.primitives.get(resource) ?? this.primitives.get(resource.replace(/:\d+$/, ''));
    const defined = known?.primitive.operations.find(({ name }) => name === operation);
    const text = defined?.attributes.timeout;
    return (text === undefined ? undefined : parseDurationMs(text)) ?? DEFAULT_TIMEOUT_MS;
  }
}

function optionsByName(blocks: Configuration['options']): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const { pairs } of plainBlocks(blocks, { firstId: 'cib-bootstrap-options' })) {
    for (const { name, value } of pairs) {
      if (name === undefined || value === undefined) continue;
      const current = currentOptionName(name);
      if (!options.has(current)) options.set(current, value);
    }
  }
  return options;
}

type InstanceKind = Pick<PlacedPrimitive, 'exclusive' | 'unique' | 'singlePromoted'>;

const PLAIN: InstanceKind = { exclusive: true, unique: false, singlePromoted: false };
const ANYWHERE: InstanceKind = { exclusive: false, unique: false, singlePromoted: false };

interface Place {
  readonly resource: Resource;
  readonly parents: readonly string[];
  readonly kind: InstanceKind;
  readonly blockById: BlockById;
}

function place(placed: Map<string, PlacedPrimitive>, at: Place): void {
  const { resource, kind } = at;
  const parents = resource.kind === 'primitive' ? at.parents : [...at.parents, resource.id];
  switch (resource.kind) {
    case 'primitive': {
      const exclusive = kind.exclusive && resource.class !== 'stonith';
      placed.set(resource.id, { primitive: resource, parents, ...kind, exclusive });
      return;
    }
    case 'group':
      for (const member of resource.members) place(placed, { ...at, resource: member, parents });
      return;
    case 'clone':
      place(placed, { ...at, resource: resource.child, parents, kind: cloneKind(resource, at.blockById) });
      return;
    case 'bundle':
      if (resource.child) place(placed, { ...at, resource: resource.child, parents, kind: ANYWHERE });
  }
}

/** Whatever its rules say at the moment: what may be exclusive at some time is exclusive. */
function cloneKind(clone: Clone, blockById: BlockById): InstanceKind {
  const blocks = clone.meta.map((block) => (block.idRef === undefined ? block : blockById(block.idRef)));
  const pairs = blocks.flatMap((block) => block?.pairs ?? []);
  const values = (...names: string[]) =>
    pairs.filter(({ name }) => name !== undefined && names.includes(name)).map(({ value = '' }) => value);
  const flag = (name: string) => values(name).some((value) => parseBoolean(value) ?? false);
  const promotable = clone.legacyMaster === true || flag('promotable');
  const most = values('promoted-max', 'master-max').map(Number);
  const single = most.length === 0 || most.some((value) => !(value > 1));
  return { exclusive: false, unique: flag('globally-unique'), singlePromoted: promotable && single };
}

/** The value of a name at any time: what has a rule does not count. */
export function plainValue(blocks: readonly AttributeBlock[], name: string): string | undefined {
  for (const block of plainBlocks(blocks)) {
    const pair = block.pairs.find((each) => each.name === name);
    if (pair?.value !== undefined) return pair.value;
  }
  return undefined;
}

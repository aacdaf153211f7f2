import {
  type AttributeBlock,
  type Configuration,
  currentOptionName,
  type Primitive,
  parseBoolean,
  parseDurationMs,
  type Resource,
} from '@holdfast/model';

/** One primitive and the containers around it, from the outermost inward. */
export interface PlacedPrimitive {
  readonly primitive: Primitive;
  readonly parents: readonly string[];
  readonly exclusive: boolean;
  readonly unique: boolean;
}

const DEFAULT_STOP_TIMEOUT_MS = 20_000;

/** What the core itself reads in a configuration; placement is the policy engine's. Made once per change. */
export class ConfigurationFacts {
  readonly primitives = new Map<string, PlacedPrimitive>();
  private readonly options = new Map<string, string>();

  constructor(configuration: Configuration) {
    for (const block of configuration.options) {
      for (const { name, value } of block.pairs) {
        if (name === undefined || value === undefined) continue;
        const current = currentOptionName(name);
        if (!this.options.has(current)) this.options.set(current, value);
      }
    }
    for (const resource of configuration.resources) this.place(resource, [], true, false);
  }

  /** A cluster option by its current name. */
  option(name: string): string | undefined {
    return this.options.get(name);
  }

  flag(name: string, otherwise: boolean): boolean {
    const text = this.options.get(name);
    return (text === undefined ? undefined : parseBoolean(text)) ?? otherwise;
  }

  durationMs(name: string, otherwise: number): number {
    const text = this.options.get(name);
    return (text === undefined ? undefined : parseDurationMs(text)) ?? otherwise;
  }

  count(name: string, otherwise: number): number {
    const value = Number(this.options.get(name) ?? Number.NaN);
    return Number.isInteger(value) ? value : otherwise;
  }

  /** Whether at most one copy of this instance may be active in the cluster (S1). */
  isExclusive(instance: string): boolean {
    const known = this.primitives.get(instance) ?? this.primitives.get(instance.replace(/:\d+$/, ''));
    if (!known) return !instance.includes(':');
    return known.exclusive || (known.unique && instance.includes(':'));
  }

  /** Timeout of the stop operation, for stops that no graph asked for. */
  stopTimeoutMs(resource: string): number {
    const known = this.primitives.get(resource) ?? this.primitives.get(resource.replace(/:\d+$/, ''));
    const stop = known?.primitive.operations.find(({ name }) => name === 'stop');
    const text = stop?.attributes.timeout;
    return (text === undefined ? undefined : parseDurationMs(text)) ?? DEFAULT_STOP_TIMEOUT_MS;
  }

  private place(resource: Resource, parents: readonly string[], exclusive: boolean, unique: boolean): void {
    switch (resource.kind) {
      case 'primitive': {
        const isDevice = resource.class === 'stonith';
        this.primitives.set(resource.id, {
          primitive: resource,
          parents,
          exclusive: exclusive && !isDevice,
          unique,
        });
        return;
      }
      case 'group':
        for (const member of resource.members)
          this.place(member, [...parents, resource.id], exclusive, unique);
        return;
      case 'clone': {
        const isUnique = parseBoolean(plainValue(resource.meta, 'globally-unique') ?? 'false') ?? false;
        this.place(resource.child, [...parents, resource.id], false, isUnique);
        return;
      }
      case 'bundle':
        if (resource.child) this.place(resource.child, [...parents, resource.id], false, false);
    }
  }
}

/** The value of a name in the first block without rules that has it. */
export function plainValue(blocks: readonly AttributeBlock[], name: string): string | undefined {
  for (const block of blocks) {
    if (block.rules.length > 0) continue;
    const pair = block.pairs.find((each) => each.name === name);
    if (pair?.value !== undefined) return pair.value;
  }
  return undefined;
}

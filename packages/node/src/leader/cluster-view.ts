import type {
  AttributeBlock,
  ClusterInformation,
  Configuration,
  ConfiguredNode,
  NodeState,
  Primitive,
  Resource,
} from '@holdfast/model';
import { holdingSubject } from '../replicated/configuration-facts.ts';
import type { MemberRecord } from '../replicated/member-record.ts';
import type { ReplicatedState } from '../replicated/replicated-state.ts';
import type { MemberBoard } from './member-board.ts';
import { withUnsureProbes } from './unsure-probes.ts';

export interface ClusterViewOptions {
  readonly state: ReplicatedState;
  readonly board: MemberBoard;
  readonly leader: string;
  readonly wallMs: number;
  /** Devices exist and fencing is not switched off. */
  readonly fencing: boolean;
  readonly haveWatchdog: boolean;
  /** Nothing is recovered without proof: see `withoutLiveMigration`. */
  readonly liveMigration: boolean;
}

/** The policy engine's input: the replicated configuration and what the members reported, in the CIB's terms. */
export function clusterView(options: ClusterViewOptions): ClusterInformation {
  const { state, leader, wallMs } = options;
  return {
    header: {
      'have-quorum': '1',
      'dc-uuid': leader,
      epoch: String(state.configuration.counter),
      'execution-date': String(Math.floor(wallMs / 1000)),
      'have-watchdog': String(options.haveWatchdog),
    },
    configuration: effectiveConfiguration(options),
    status: {
      nodes: [
        ...[...state.members.values()]
          .filter(({ witness }) => !witness)
          .map((each) => nodeState(options, each)),
        ...neverJoined(state).map(offlineState),
      ],
      tickets: [],
    },
  };
}

/**
 * The configuration as the policy engine is to see it: members without a node entry get one, witnesses host nothing
 * (rule 12), and without fencing what a lost member may still hold is left alone (rule 17).
 */
function effectiveConfiguration({ state, fencing, liveMigration }: ClusterViewOptions): Configuration {
  const { configuration } = state.configuration;
  const witnesses = new Set(
    [...state.members.values()].filter(({ witness }) => witness).map(({ name }) => name),
  );
  const named = new Set(configuration.nodes.map(({ name }) => name));
  const added: ConfiguredNode[] = [...state.members.values()]
    .filter(({ name }) => !named.has(name))
    .map(({ name }) => ({ id: name, name, attributes: [], utilization: [] }));
  const nodes = [...configuration.nodes, ...added].filter(({ name }) => !witnesses.has(name));
  const overrides = new Map<string, string>();
  if (!fencing) overrides.set('fencing-enabled', 'false');
  if (state.stopAll) overrides.set('stop-all-resources', 'true');
  const blocked = fencing ? new Set<string>() : heldByLost(state);
  const leave = (each: Primitive) => (blocked.has(each.id) ? override(each, 'is-managed') : each);
  const stay = (each: Primitive) => (liveMigration ? each : withoutLiveMigration(each));
  const changes = blocked.size > 0 || !liveMigration;
  return {
    ...configuration,
    nodes,
    options: overrides.size > 0 ? overrideOptions(configuration.options, overrides) : configuration.options,
    resources: changes
      ? configuration.resources.map((each) => eachPrimitive(each, (one) => leave(stay(one))))
      : configuration.resources,
  };
}

/** Exclusive instances that a lost, unproven life may still hold. */
export function heldByLost(state: ReplicatedState): Set<string> {
  const held = new Set<string>();
  for (const [instance, holders] of state.holders) {
    if (holders.some(({ node }) => state.members.get(node)?.status === 'lost')) {
      held.add(instance);
      // The engine manages a clone as one: an instance or role held elsewhere leaves all of it alone.
      held.add(holdingSubject(instance).resource);
    }
  }
  return held;
}

function nodeState({ state, board, wallMs }: ClusterViewOptions, member: MemberRecord): NodeState {
  const { name, status, incarnation } = member;
  const base = { id: name, name };
  const entry = board.current(name, incarnation);
  if (status === 'admitted') {
    const transient = { ...(entry?.attributes ?? {}) };
    if (member.leaving) transient.shutdown = String(Math.floor(wallMs / 1000));
    return {
      ...base,
      inCcm: 'true',
      crmd: 'online',
      join: entry ? 'member' : 'pending',
      expected: 'member',
      transientAttributes: transientBlock(name, transient),
      resources: entry ? withUnsureProbes(state, name, entry) : [],
      hasHistory: entry !== undefined,
    };
  }
  const unclean = status === 'lost' && holdsAnything(state, name);
  return {
    ...base,
    inCcm: 'false',
    crmd: 'offline',
    join: unclean ? 'member' : 'down',
    expected: unclean ? 'member' : 'down',
    transientAttributes: [],
    resources: unclean ? [...(entry?.histories.values() ?? [])] : [],
    hasHistory: unclean,
  };
}

/**
 * Configured nodes that no member answers to. They host nothing: what runs in this cluster was granted to a member
 * (rule 6). So there is nothing to fence, though nothing was ever heard of them.
 */
export function neverJoined(state: ReplicatedState): string[] {
  return state.configuration.configuration.nodes
    .filter(({ name, type }) => (type === undefined || type === 'member') && !state.members.has(name))
    .map(({ name }) => name);
}

function offlineState(name: string): NodeState {
  return {
    id: name,
    name,
    inCcm: 'false',
    crmd: 'offline',
    join: 'down',
    expected: 'down',
    transientAttributes: [],
    resources: [],
    hasHistory: false,
  };
}

function holdsAnything(state: ReplicatedState, node: string): boolean {
  for (const holders of state.holders.values()) if (holders.some((each) => each.node === node)) return true;
  return state.members.get(node)?.status === 'lost';
}

function transientBlock(node: string, attributes: Readonly<Record<string, string>>): AttributeBlock[] {
  const pairs = Object.entries(attributes).map(([name, value]) => ({
    id: `status-${node}-${name}`,
    name,
    value,
  }));
  return pairs.length === 0 ? [] : [{ id: `status-${node}`, rules: [], pairs }];
}

function overrideOptions(
  blocks: readonly AttributeBlock[],
  overrides: ReadonlyMap<string, string>,
): AttributeBlock[] {
  const shadowed = new Set([...overrides.keys(), 'stonith-enabled']);
  const kept = blocks.map((block) => ({
    ...block,
    pairs: block.pairs.filter(({ name }) => name === undefined || !shadowed.has(name)),
  }));
  const pairs = [...overrides].map(([name, value]) => ({ id: `holdfast-${name}`, name, value }));
  if (!overrides.has('fencing-enabled')) return [...blocks, { id: 'holdfast-derived', rules: [], pairs }];
  return [...kept, { id: 'holdfast-derived', rules: [], pairs }];
}

function eachPrimitive<T extends Resource>(resource: T, change: (primitive: Primitive) => Primitive): T {
  switch (resource.kind) {
    case 'primitive':
      return change(resource) as T;
    case 'group':
      return { ...resource, members: resource.members.map((each) => eachPrimitive(each, change)) };
    case 'clone':
      return { ...resource, child: eachPrimitive(resource.child, change) };
    case 'bundle':
      return resource;
  }
}

/**
 * With `unsafe-recovery` a lost member has to have stopped in time what runs there. What is sent to a member that has
 * lost its lease comes too late for that, so services are stopped and started instead.
 */
function withoutLiveMigration(primitive: Primitive): Primitive {
  return override(primitive, 'allow-migrate');
}

/** The primitive with a meta attribute that is false whatever the configuration says. */
function override(primitive: Primitive, name: 'is-managed' | 'allow-migrate'): Primitive {
  const id = `${primitive.id}-holdfast-${name}`;
  const block: AttributeBlock = { id, score: 'INFINITY', rules: [], pairs: [{ id, name, value: 'false' }] };
  return { ...primitive, meta: [block, ...primitive.meta] };
}

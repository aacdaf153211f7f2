import type { NodeState, Primitive, Resource, ResourceHistory } from '@holdfast/model';
import { block } from './blocks.ts';
import type { Features } from './features.ts';
import { makeHistory, type Step } from './generate-history.ts';
import { generatePrimitive } from './generate-primitive.ts';
import { GENERATED_NOW } from './generated-now.ts';
import { type Leaf, leaves } from './leaves.ts';
import type { RandomChoices } from './random.ts';

type Condition = 'up' | 'down' | 'failed' | 'pending' | 'leaving';

/** A node for which a state is to be made. */
export interface StatefulNode {
  readonly id: string;
  readonly name: string;
  /** Remote or guest node. */
  readonly remote: boolean;
}

interface Context {
  readonly random: RandomChoices;
  readonly features: Features;
  readonly nodes: readonly StatefulNode[];
  /** Where plain resources run, and where clones are promoted; '': nowhere. */
  readonly home: ReadonlyMap<string, string>;
  readonly promotedHome: ReadonlyMap<string, string>;
}

/** The states of all nodes: who is there, what runs where. */
export function generateNodeStates(
  random: RandomChoices,
  features: Features,
  resources: readonly Resource[],
  nodes: readonly StatefulNode[],
): NodeState[] {
  const parts = resources.flatMap(leaves);
  if (features.removed)
    parts.push({ primitive: generatePrimitive(random, features, 'gone'), cloned: false, promotable: false });
  const names = nodes.map(({ name }) => name);
  const homes = (): ReadonlyMap<string, string> =>
    new Map(parts.map(({ primitive }) => [primitive.id, random.pick([...names, names[0] ?? '', ''])]));
  const context: Context = { random, features, nodes, home: homes(), promotedHome: homes() };
  return nodes.map((node) => generateNodeState(context, parts, node));
}

const CONDITIONS: Readonly<Record<Condition, Pick<NodeState, 'inCcm' | 'crmd' | 'join' | 'expected'>>> = {
  up: { inCcm: 'true', crmd: 'online', join: 'member', expected: 'member' },
  down: { inCcm: 'false', crmd: 'offline', join: 'down', expected: 'down' },
  failed: { inCcm: 'false', crmd: 'offline', join: 'member', expected: 'member' },
  pending: { inCcm: 'true', crmd: 'online', join: 'banned', expected: 'member' },
  leaving: { inCcm: 'true', crmd: 'online', join: 'member', expected: 'member' },
};

function generateNodeState(context: Context, parts: readonly Leaf[], node: StatefulNode): NodeState {
  const { random, features } = context;
  const condition = random.chance(0.75)
    ? 'up'
    : random.pick<Condition>(['down', 'failed', 'failed', 'up', 'pending', 'leaving']);
  const { id, name, remote } = node;
  const base = {
    id,
    name,
    ...(remote ? { remoteNode: true, inCcm: 'true', crmd: 'online' } : CONDITIONS[condition]),
  };
  if (condition === 'down' && !remote) return { ...base, transientAttributes: [], resources: [] };
  const attributes: Record<string, string> = {};
  if (condition === 'leaving' && !remote) attributes['shutdown'] = String(GENERATED_NOW - 100);
  if (features.failures && random.chance(0.03)) attributes['terminate'] = 'true';
  if (features.health && random.chance(0.5))
    attributes['#health-cpu'] = random.pick(['red', 'yellow', 'green', '-10']);
  const histories = parts.flatMap((leaf) => generateLeafHistories(context, leaf, node, attributes));
  const keeps =
    features.maintenance && remote && random.chance(0.2) ? { extra: { node_in_maintenance: '1' } } : {};
  return {
    ...base,
    ...keeps,
    hasHistory: true,
    resources: histories,
    transientAttributes: block(`status-${id}`, attributes),
  };
}

/** The histories of a part on a node; failures and promotion scores go to the attributes. */
function generateLeafHistories(
  context: Context,
  leaf: Leaf,
  node: StatefulNode,
  attributes: Record<string, string>,
): ResourceHistory[] {
  const { random, features, home, promotedHome } = context;
  const { primitive, cloned, promotable } = leaf;
  const { name } = node;
  // Connections run on cluster nodes only.
  if (node.remote && primitive.type === 'remote') return [];
  const active = cloned ? random.chance(0.75) : home.get(primitive.id) === name || random.chance(0.02);
  if (promotable && active && random.chance(0.8))
    attributes[`master-${primitive.id}`] = String(random.integer(1, 20));
  if (!active && random.chance(0.15)) return [];
  const steps = active
    ? activeSteps(context, leaf, node, promotable && promotedHome.get(primitive.id) === name)
    : [{ task: 'monitor', rc: 7, expected: 7 }];
  const ageSeconds = random.pick([1000, 1000, 30, 7200]);
  noteFailure(context, primitive, steps, ageSeconds, attributes);
  const changed =
    features.digests && random.chance(0.25) ? random.pick(['full', 'reloadable'] as const) : undefined;
  const id = leaf.unique ? `${primitive.id}:${context.nodes.indexOf(node)}` : primitive.id;
  return [makeHistory({ primitive, id, node: name, steps, changed, ageSeconds })];
}

/** Fail count and time of a failed operation, as the attribute manager would hold them. */
function noteFailure(
  { random }: Context,
  primitive: Primitive,
  steps: readonly Step[],
  ageSeconds: number,
  attributes: Record<string, string>,
): void {
  const failed = steps.find(({ rc, expected = 0, pending }) => rc !== expected && !pending);
  if (failed === undefined || random.chance(0.2)) return;
  const { task, intervalMs = 0 } = failed;
  if (task === 'monitor' && intervalMs === 0) return;
  const name = `${primitive.id}#${task}_${intervalMs}`;
  const fatal = task === 'start' || task === 'stop';
  attributes[`fail-count-${name}`] = fatal ? 'INFINITY' : random.pick(['1', '2', '5']);
  attributes[`last-failure-${name}`] = String(GENERATED_NOW - ageSeconds + steps.indexOf(failed));
}

function activeSteps(context: Context, leaf: Leaf, node: StatefulNode, promoted: boolean): Step[] {
  const { random, features } = context;
  const { primitive } = leaf;
  const steps: Step[] = random.chance(0.05)
    ? [{ task: 'monitor', rc: promoted ? 8 : 0, expected: 7 }]
    : [{ task: 'start', rc: 0 }];
  if (features.migration && !leaf.cloned && random.chance(0.3)) return migrationSteps(context, node);
  if (promoted) steps.push({ task: 'promote', rc: 0 });
  const failureChance = features.failures ? 0.25 : 0.04;
  const recurring = primitive.operations.find(
    ({ name, attributes }) =>
      name === 'monitor' &&
      attributes['role'] !== 'Stopped' &&
      (attributes['role'] === 'Promoted') === promoted,
  );
  const running = promoted ? 8 : 0;
  if (recurring) {
    const intervalMs = Number.parseInt(recurring.attributes['interval'] ?? '10', 10) * 1000;
    const rc = random.chance(failureChance) ? random.pick([7, 1]) : running;
    steps.push({ task: 'monitor', intervalMs, rc, expected: running });
  } else if (random.chance(failureChance / 2)) steps.push({ task: 'stop', rc: 1 });
  else if (features.failures && random.chance(0.08)) return [{ task: 'start', rc: random.pick([1, 5]) }];
  if (features.pending && random.chance(0.25))
    steps.push({ task: random.pick(['stop', 'start', promoted ? 'demote' : 'stop']), rc: 0, pending: true });
  return steps;
}

/** A migration to or from this node, that worked, failed or is under way; a start where there is no other node. */
function migrationSteps({ random, nodes }: Context, node: StatefulNode): Step[] {
  const others = nodes.filter((each) => each !== node && !each.remote).map(({ name }) => name);
  const other = others.length === 0 ? node.name : random.pick(others);
  const start: Step = { task: 'start', rc: 0 };
  const out = { source: node.name, target: other };
  const into = { source: other, target: node.name };
  const steps = random.pick<Step[]>([
    [start, { task: 'migrate_to', rc: 0, ...out }],
    [start, { task: 'migrate_to', rc: 1, ...out }],
    [start, { task: 'migrate_to', rc: 0, pending: true, ...out }],
    [{ task: 'migrate_from', rc: 0, ...into }],
    [{ task: 'migrate_from', rc: 1, ...into }],
    [{ task: 'migrate_from', rc: 0, pending: true, ...into }],
  ]);
  return others.length === 0 ? [start] : steps;
}

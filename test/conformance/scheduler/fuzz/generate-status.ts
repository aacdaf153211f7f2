import { createHash } from 'node:crypto';
import type { NodeState, OperationRecord, Primitive, Resource, ResourceHistory } from '@holdfast/model';
import { block } from './generate-configuration.ts';
import type { RandomChoices } from './random.ts';

/** The time at which all generated clusters are looked at. */
export const GENERATED_NOW = 1_700_000_000;

interface Leaf {
  readonly primitive: Primitive;
  readonly cloned: boolean;
  readonly promotable: boolean;
}

/** The primitives with what matters for their history. */
export function leaves(resource: Resource): Leaf[] {
  switch (resource.kind) {
    case 'primitive':
      return [{ primitive: resource, cloned: false, promotable: false }];
    case 'group':
      return resource.members.flatMap(leaves);
    case 'clone': {
      const promotable = resource.meta.some(({ pairs }) => pairs.some(({ name }) => name === 'promotable'));
      return leaves(resource.child).map((leaf) => ({ ...leaf, cloned: true, promotable }));
    }
    case 'bundle':
      return [];
  }
}

/** The digest an executor would have recorded; recurring operations hold their timeout too. */
function digestOf(primitive: Primitive, task: string, intervalMs: number): string {
  const values = new Map(
    primitive.params.flatMap(({ pairs }) => pairs.map(({ name, value }) => [name, value])),
  );
  if (intervalMs > 0) {
    const seconds = String(intervalMs / 1000);
    const config = primitive.operations.find(
      ({ name, attributes }) => name === task && attributes['interval'] === `${seconds}s`,
    );
    values.set('CRM_meta_timeout', `${Number.parseInt(config?.attributes['timeout'] ?? '20', 10)}000`);
  }
  const text = [...values]
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
    .map(([name, value]) => ` ${name}="${value}"`);
  return createHash('md5')
    .update(` <parameters${text.join('')}/>\n`)
    .digest('hex');
}

interface Step {
  readonly task: string;
  readonly intervalMs?: number;
  readonly rc: number;
  readonly expected?: number;
}

function history(primitive: Primitive, node: string, steps: readonly Step[]): ResourceHistory {
  const { id } = primitive;
  const operations = steps.map(({ task, intervalMs = 0, rc, expected = 0 }, index): OperationRecord => {
    const failed = rc !== expected && !(task === 'monitor' && intervalMs === 0);
    const key = `${index + 1}:1:${expected}:11111111-2222-3333-4444-555555555555`;
    return {
      id: `${id}_${failed ? 'last_failure_0' : intervalMs > 0 ? `${task}_${intervalMs}` : 'last_0'}`,
      operation: task,
      operationKey: `${id}_${task}_${intervalMs}`,
      intervalMs,
      callId: index + 1,
      rcCode: rc,
      opStatus: 0,
      transitionKey: key,
      transitionMagic: `0:${rc};${key}`,
      onNode: node,
      lastRcChange: GENERATED_NOW - 1000 + index,
      execTimeMs: 1,
      queueTimeMs: 0,
      opDigest: digestOf(primitive, task, intervalMs),
      extra: { crm_feature_set: '3.16.0' },
    };
  });
  // A later result of the same id takes the place of the earlier one, as the executor keeps them.
  const last = operations.filter(
    (operation, index) => !operations.slice(index + 1).some(({ id: later }) => later === operation.id),
  );
  return {
    id,
    class: primitive.class ?? 'ocf',
    provider: primitive.provider ?? '',
    type: primitive.type ?? '',
    operations: last,
  };
}

function activeSteps(random: RandomChoices, leaf: Leaf, promoted: boolean): Step[] {
  const steps: Step[] = [{ task: 'start', rc: 0 }];
  if (promoted) steps.push({ task: 'promote', rc: 0 });
  const recurring = leaf.primitive.operations.find(
    ({ name, attributes }) => name === 'monitor' && (attributes['role'] === 'Promoted') === promoted,
  );
  const running = promoted ? 8 : 0;
  if (recurring) {
    const intervalMs = Number.parseInt(recurring.attributes['interval'] ?? '10', 10) * 1000;
    const rc = random.chance(0.12) ? random.pick([7, 1]) : running;
    steps.push({ task: 'monitor', intervalMs, rc, expected: running });
  } else if (random.chance(0.05)) steps.push({ task: 'stop', rc: 1 });
  return steps;
}

/** The states of all nodes: who is there, what runs where. */
export function generateNodeStates(
  random: RandomChoices,
  resources: readonly Resource[],
  nodes: readonly string[],
): NodeState[] {
  const parts = resources.flatMap(leaves);
  const home = new Map(parts.map(({ primitive }) => [primitive.id, random.pick([...nodes, ''])]));
  const promotedHome = new Map(parts.map(({ primitive }) => [primitive.id, random.pick([...nodes, ''])]));
  return nodes.map((name, index): NodeState => {
    const id = String(index + 1);
    const condition = random.chance(0.75) ? 'up' : random.pick(['down', 'failed', 'up']);
    const state: NodeState = {
      id,
      name,
      inCcm: condition === 'up' ? 'true' : 'false',
      crmd: condition === 'up' ? 'online' : 'offline',
      join: condition === 'down' ? 'down' : 'member',
      expected: condition === 'down' ? 'down' : 'member',
      transientAttributes: [],
      resources: [],
    };
    if (condition === 'down') return state;
    const scores: Record<string, string> = {};
    const histories = parts.flatMap((leaf): ResourceHistory[] => {
      const { primitive, cloned, promotable } = leaf;
      const active = cloned ? random.chance(0.75) : home.get(primitive.id) === name || random.chance(0.02);
      if (promotable && active && random.chance(0.8))
        scores[`master-${primitive.id}`] = String(random.integer(1, 20));
      if (active)
        return [
          history(
            primitive,
            name,
            activeSteps(random, leaf, promotable && promotedHome.get(primitive.id) === name),
          ),
        ];
      if (random.chance(0.15)) return [];
      return [history(primitive, name, [{ task: 'monitor', rc: 7, expected: 7 }])];
    });
    return {
      ...state,
      hasHistory: true,
      resources: histories,
      transientAttributes: block(`status-${id}`, scores),
    };
  });
}

import type { AttributeBlock, Constraint, OperationDefinition, Primitive, Resource } from '@holdfast/model';
import type { RandomChoices } from './random.ts';

/** Attributes as one block, or none if there are none. */
export function block(id: string, values: Readonly<Record<string, string | undefined>>): AttributeBlock[] {
  const pairs = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ id: `${id}-${name}`, name, value }],
  );
  return pairs.length === 0 ? [] : [{ id, rules: [], pairs }];
}

export function generateOptions(random: RandomChoices): AttributeBlock[] {
  const sometimes = (probability: number, values: readonly string[]): string | undefined =>
    random.chance(probability) ? random.pick(values) : undefined;
  return block('cib-bootstrap-options', {
    'stonith-enabled': random.pick(['true', 'false', 'false']),
    'no-quorum-policy': sometimes(0.4, ['stop', 'freeze', 'ignore', 'demote']),
    'symmetric-cluster': sometimes(0.1, ['false']),
    'start-failure-is-fatal': sometimes(0.15, ['false']),
    'stop-all-resources': sometimes(0.03, ['true']),
    'maintenance-mode': sometimes(0.04, ['true']),
    'startup-fencing': sometimes(0.1, ['false']),
    'placement-strategy': sometimes(0.1, ['utilization', 'balanced', 'minimal']),
  });
}

function operations(random: RandomChoices, id: string, promotable: boolean): OperationDefinition[] {
  const list: OperationDefinition[] = [];
  const add = (attributes: Record<string, string>): void => {
    const name = attributes['name'] as string;
    const { name: _name, ...rest } = attributes;
    list.push({
      id: `${id}-${name}-${attributes['interval']}`,
      name,
      attributes: rest,
      params: [],
      meta: [],
    });
  };
  if (random.chance(0.7)) {
    const onFail = random.chance(0.25)
      ? { 'on-fail': random.pick(['ignore', 'block', 'stop', 'standby', 'restart']) }
      : {};
    add({ name: 'monitor', interval: '10s', timeout: '20s', ...onFail });
  }
  if (promotable && random.chance(0.7)) add({ name: 'monitor', interval: '11s', role: 'Promoted' });
  if (random.chance(0.1)) add({ name: 'stop', interval: '0s', timeout: '60s' });
  return list;
}

export function generatePrimitive(random: RandomChoices, id: string, promotable = false): Primitive {
  return {
    kind: 'primitive',
    id,
    class: 'ocf',
    provider: 'pacemaker',
    type: promotable ? 'Stateful' : 'Dummy',
    meta: block(`${id}-meta`, {
      'resource-stickiness': random.chance(0.2) ? random.pick(['1', '50', 'INFINITY']) : undefined,
      'migration-threshold': random.chance(0.15) ? random.pick(['1', '3']) : undefined,
      'is-managed': random.chance(0.05) ? 'false' : undefined,
      'target-role': random.chance(0.08) ? random.pick(['Stopped', 'Started']) : undefined,
      priority: random.chance(0.1) ? random.pick(['5', '10']) : undefined,
      'allow-migrate': random.chance(0.12) ? 'true' : undefined,
      'multiple-active': random.chance(0.05) ? random.pick(['block', 'stop_only']) : undefined,
    }),
    params: block(`${id}-params`, { fake: random.chance(0.2) ? 'value' : undefined }),
    utilization: random.chance(0.1) ? block(`${id}-use`, { cpu: String(random.integer(1, 3)) }) : [],
    operations: operations(random, id, promotable),
  };
}

export function generateResources(random: RandomChoices): Resource[] {
  const count = random.integer(1, 5);
  return Array.from({ length: count }, (_unused, index): Resource => {
    const id = `r${index + 1}`;
    switch (random.pick(['primitive', 'primitive', 'primitive', 'group', 'clone', 'promotable'])) {
      case 'group': {
        const members = Array.from({ length: random.integer(1, 3) }, (_none, at) =>
          generatePrimitive(random, `${id}m${at + 1}`),
        );
        return { kind: 'group', id: `${id}-group`, meta: [], params: [], members };
      }
      case 'clone':
        return {
          kind: 'clone',
          id: `${id}-clone`,
          params: [],
          meta: block(`${id}-clone-meta`, {
            'clone-max': random.chance(0.2) ? random.pick(['1', '2']) : undefined,
            interleave: random.chance(0.4) ? 'true' : undefined,
            notify: random.chance(0.1) ? 'true' : undefined,
          }),
          child: generatePrimitive(random, id),
        };
      case 'promotable':
        return {
          kind: 'clone',
          id: `${id}-clone`,
          params: [],
          meta: block(`${id}-clone-meta`, {
            promotable: 'true',
            'promoted-max': random.chance(0.2) ? '2' : undefined,
            notify: random.chance(0.2) ? 'true' : undefined,
            interleave: random.chance(0.3) ? 'true' : undefined,
          }),
          child: generatePrimitive(random, id, true),
        };
      default:
        return generatePrimitive(random, id);
    }
  });
}

const SCORES = ['INFINITY', '-INFINITY', '100', '-100', '10'];

export function generateConstraints(
  random: RandomChoices,
  resources: readonly Resource[],
  nodes: readonly string[],
): Constraint[] {
  const count = random.integer(0, 4);
  const promotable = (resource: Resource): boolean =>
    resource.kind === 'clone' &&
    resource.meta.some((meta) => meta.pairs.some(({ name }) => name === 'promotable'));
  return Array.from({ length: count }, (_unused, index): Constraint[] => {
    const id = `c${index + 1}`;
    const a = random.pick(resources);
    const others = resources.filter((resource) => resource.id !== a.id);
    if (others.length === 0 || random.chance(0.4)) {
      return [
        {
          kind: 'location',
          id,
          resource: a.id,
          node: random.pick(nodes),
          score: random.pick(SCORES),
          sets: [],
          rules: [],
        },
      ];
    }
    const b = random.pick(others);
    if (random.chance(0.5)) {
      return [
        {
          kind: 'colocation',
          id,
          resource: a.id,
          withResource: b.id,
          score: random.pick(SCORES),
          sets: [],
          ...(promotable(b) && random.chance(0.5) ? { withRole: 'Promoted' } : {}),
          ...(promotable(a) && random.chance(0.3) ? { role: 'Promoted' } : {}),
        },
      ];
    }
    return [
      {
        kind: 'order',
        id,
        first: a.id,
        then: b.id,
        sets: [],
        orderKind: random.pick(['Mandatory', 'Mandatory', 'Optional', 'Serialize']),
        ...(promotable(a) && random.chance(0.5) ? { firstAction: 'promote', thenAction: 'start' } : {}),
      },
    ];
  }).flat();
}

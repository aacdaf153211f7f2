import type { OperationDefinition, Primitive } from '@holdfast/model';
import { block } from './blocks.ts';
import type { Features } from './features.ts';
import type { RandomChoices } from './random.ts';

/** Name of the template that some primitives refer to. */
export const TEMPLATE_ID = 'common';

function operations(
  random: RandomChoices,
  id: string,
  promotable: boolean,
  features: Features,
): OperationDefinition[] {
  const list: OperationDefinition[] = [];
  const add = ({ name = '', ...attributes }: Record<string, string>): void => {
    list.push({
      id: `${id}-${name}-${attributes['interval']}`,
      name,
      attributes,
      params: [],
      meta: [],
    });
  };
  const onFail = (probability: number, values: readonly string[]): Record<string, string> =>
    features.failures && random.chance(probability) ? { 'on-fail': random.pick(values) } : {};
  if (random.chance(0.7)) {
    const values = [
      'ignore',
      'block',
      'stop',
      'standby',
      'restart',
      'fence',
      ...(promotable ? ['demote'] : []),
    ];
    add({ name: 'monitor', interval: '10s', timeout: '20s', ...onFail(0.3, values) });
  }
  if (promotable && random.chance(0.7))
    add({ name: 'monitor', interval: '11s', role: 'Promoted', ...onFail(0.2, ['demote', 'block', 'stop']) });
  if (random.chance(0.05)) add({ name: 'monitor', interval: '12s', role: 'Stopped' });
  if (random.chance(0.1))
    add({ name: 'stop', interval: '0s', timeout: '60s', ...onFail(0.3, ['block', 'ignore']) });
  if (features.failures && random.chance(0.1))
    add({
      name: 'start',
      interval: '0s',
      timeout: '30s',
      'on-fail': random.pick(['block', 'stop', 'ignore']),
    });
  return list;
}

export interface PrimitiveOptions {
  readonly promotable?: boolean;
  /** Inside a group, clone or bundle: some options are the collection's. */
  readonly inside?: boolean;
}

export function generatePrimitive(
  random: RandomChoices,
  features: Features,
  id: string,
  { promotable = false, inside = false }: PrimitiveOptions = {},
): Primitive {
  const sometimes = (probability: number, values: readonly string[]): string | undefined =>
    random.chance(probability) ? random.pick(values) : undefined;
  const roles = promotable ? ['Stopped', 'Started', 'Slave'] : ['Stopped', 'Started'];
  const fromTemplate = features.templates && !promotable && random.chance(0.5);
  return {
    kind: 'primitive',
    id,
    ...(fromTemplate
      ? { template: TEMPLATE_ID }
      : { class: 'ocf', provider: 'pacemaker', type: promotable ? 'Stateful' : 'Dummy' }),
    meta: block(`${id}-meta`, {
      'resource-stickiness': sometimes(0.2, ['1', '50', 'INFINITY']),
      'migration-threshold': sometimes(features.failures ? 0.3 : 0.05, ['1', '3']),
      'failure-timeout': sometimes(features.failures ? 0.3 : 0, ['60s', '30min']),
      'is-managed': sometimes(features.maintenance ? 0.15 : 0.02, ['false']),
      maintenance: sometimes(features.maintenance ? 0.15 : 0, ['true', 'false']),
      'target-role': sometimes(0.08, roles),
      priority: sometimes(0.1, ['5', '10']),
      'allow-migrate': sometimes(features.migration ? 0.7 : 0.03, ['true']),
      'multiple-active': sometimes(0.05, ['block', 'stop_only', 'stop_unexpected']),
      critical: sometimes(inside ? 0.06 : 0.02, ['false']),
      requires: sometimes(0.05, ['nothing', 'quorum', 'fencing']),
    }),
    params: block(`${id}-params`, { fake: sometimes(features.digests ? 0.6 : 0.1, ['value']) }),
    utilization:
      features.utilization && random.chance(0.7)
        ? block(`${id}-use`, { cpu: String(random.integer(1, 3)), memory: sometimes(0.4, ['1', '2']) })
        : [],
    operations: operations(random, id, promotable, features),
  };
}

/** A device that can fence every node. */
export function generateFenceDevice(random: RandomChoices): Primitive {
  return {
    kind: 'primitive',
    id: 'fencing',
    class: 'stonith',
    type: 'fence_xvm',
    meta: [],
    params: [],
    utilization: [],
    operations: random.chance(0.5)
      ? [
          {
            id: 'fencing-monitor',
            name: 'monitor',
            attributes: { interval: '60s', timeout: '20s' },
            params: [],
            meta: [],
          },
        ]
      : [],
  };
}

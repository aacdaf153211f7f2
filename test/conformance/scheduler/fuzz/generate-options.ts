import type { AttributeBlock, Rule } from '@holdfast/model';
import { block } from './blocks.ts';
import type { Features } from './features.ts';
import { GENERATED_NOW } from './generated-now.ts';
import type { RandomChoices } from './random.ts';

/** Cluster options; what a feature needs is set if the cluster has the feature. */
export function generateOptions(random: RandomChoices, features: Features): AttributeBlock[] {
  const sometimes = (probability: number, values: readonly string[]): string | undefined =>
    random.chance(probability) ? random.pick(values) : undefined;
  const remote = features.remote || features.guests || features.bundles;
  return block('cib-bootstrap-options', {
    'stonith-enabled': remote ? random.pick(['true', 'false']) : random.pick(['true', 'false', 'false']),
    'no-quorum-policy': sometimes(0.4, ['stop', 'freeze', 'ignore', 'demote', 'suicide']),
    'symmetric-cluster': sometimes(0.1, ['false']),
    'start-failure-is-fatal': sometimes(0.15, ['false']),
    'stop-all-resources': sometimes(0.03, ['true']),
    'stop-orphan-resources': sometimes(0.1, ['false']),
    'stop-orphan-actions': sometimes(0.05, ['false']),
    'maintenance-mode': sometimes(0.04, ['true']),
    'startup-fencing': sometimes(0.1, ['false']),
    'concurrent-fencing': sometimes(0.1, ['false']),
    'priority-fencing-delay': sometimes(0.08, ['15s']),
    'enable-startup-probes': sometimes(0.05, ['false']),
    'stonith-action': sometimes(0.1, ['off']),
    'have-watchdog': sometimes(0.08, ['true']),
    'stonith-watchdog-timeout': sometimes(0.05, ['10s']),
    'shutdown-lock': features.shutdownLocks ? 'true' : undefined,
    'shutdown-lock-limit': features.shutdownLocks ? sometimes(0.5, ['5min', '1h']) : undefined,
    'node-health-strategy': features.health
      ? random.pick(['migrate-on-red', 'only-green', 'progressive', 'custom'])
      : undefined,
    'node-health-base': features.health ? sometimes(0.3, ['10']) : undefined,
    'placement-strategy': features.utilization
      ? random.pick(['utilization', 'balanced', 'minimal'])
      : sometimes(0.05, ['utilization', 'balanced', 'minimal']),
  });
}

/** A date expression around the time of all generated clusters: true, false, or open on one side. */
export function dateRule(random: RandomChoices, id: string, score = 'INFINITY'): Rule {
  const before = new Date((GENERATED_NOW - 86_400) * 1000).toISOString().slice(0, 10);
  const after = new Date((GENERATED_NOW + 86_400) * 1000).toISOString().slice(0, 10);
  const expression = random.pick([
    { operation: 'gt', start: before },
    { operation: 'gt', start: after },
    { operation: 'lt', end: after },
    { operation: 'in_range', start: before, end: after },
    {
      operation: 'in_range',
      start: before,
      duration: { id: `${id}-duration`, hours: random.pick(['12', '36']) },
    },
    { operation: 'date_spec', dateSpec: { id: `${id}-spec`, hours: random.pick(['0-11', '12-23']) } },
    { operation: 'date_spec', dateSpec: { id: `${id}-spec`, weekdays: random.pick(['1-5', '6-7']) } },
  ]);
  return {
    kind: 'rule',
    id,
    score,
    expressions: [{ kind: 'date', id: `${id}-date`, ...expression }],
  };
}

/** Defaults of resources or operations, perhaps only while a rule holds. */
export function generateDefaults(
  random: RandomChoices,
  id: string,
  values: Readonly<Record<string, string | undefined>>,
): AttributeBlock[] {
  const rules = random.chance(0.4) ? [dateRule(random, `${id}-rule`)] : [];
  return block(id, values).map((one) => ({ ...one, rules }));
}

import { evaluateBlocks } from '../rules/evaluate-blocks.ts';
import { parseDurationMs } from '../rules/parse-duration.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { OperationConfig } from '../state/operation-config.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import type { RuleContext } from '../state/rule-context.ts';
import { startDelayFromOrigin } from './interval-origin.ts';

const DEFAULT_TIMEOUT_MS = 20_000;

/** The configured operation with this name and interval; disabled ones only if asked for. */
export function findOperation(
  resource: ResourceInstance,
  name: string,
  intervalMs: number,
  includeDisabled: boolean,
): OperationConfig | undefined {
  for (const operation of resource.operations) {
    if (operation.name !== name || operation.intervalMs !== intervalMs) continue;
    if (operation.enabled || includeDisabled) return operation;
  }
  if (name === 'migrate_to' || name === 'migrate_from') {
    return findOperation(resource, 'migrate', 0, includeDisabled);
  }
  return undefined;
}

/**
 * Meta attributes of an operation: attributes of the `op` element win over its meta attributes, those over
 * the cluster's operation defaults. The timeout is normalised to milliseconds; a probe without own definition
 * takes the timeout of the monitor with the shortest interval.
 */
export function operationMeta(
  state: ClusterState,
  resource: ResourceInstance,
  init: {
    node: NodeInstance | undefined;
    task: string;
    intervalMs: number;
    config: OperationConfig | undefined;
  },
): Map<string, string> {
  const { task, intervalMs, config } = init;
  // Nothing in it depends on the node, so all probes of a resource, say, have the same.
  for (const known of resource.operationMetas) {
    if (known.task === task && known.intervalMs === intervalMs && known.config === config) return known.meta;
  }
  const meta = computeMeta(state, resource, init);
  resource.operationMetas.push({ task, intervalMs, config, meta });
  return meta;
}

function computeMeta(
  state: ClusterState,
  resource: ResourceInstance,
  init: { task: string; intervalMs: number; config: OperationConfig | undefined },
): Map<string, string> {
  const { task, intervalMs, config } = init;
  const { references, baseRule } = state.context;
  const rule: RuleContext = {
    ...baseRule,
    resource: { standard: resource.standard, provider: resource.provider, agent: resource.agent },
    operation: { name: task, intervalMs },
  };
  const meta = new Map<string, string>();
  if (config !== undefined) {
    for (const [name, value] of Object.entries(config.definition.attributes)) {
      if (name !== 'id' && name !== 'interval' && name !== 'description') meta.set(name, value);
    }
    evaluateBlocks(config.definition.meta, rule, { references, into: meta });
    if (!meta.has('name')) meta.set('name', config.name);
  }
  if (task === 'monitor' && intervalMs === 0 && !meta.has('timeout')) {
    const timeout = shortestMonitorTimeout(resource, rule, state);
    if (timeout !== undefined) meta.set('timeout', timeout);
  }
  evaluateBlocks(state.input.configuration.operationDefaults, rule, { references, into: meta });
  normalise(state, meta, task, intervalMs, resource);
  return meta;
}

function shortestMonitorTimeout(
  resource: ResourceInstance,
  rule: RuleContext,
  state: ClusterState,
): string | undefined {
  let best: OperationConfig | undefined;
  for (const operation of resource.operations) {
    if (operation.name !== 'monitor' || operation.intervalMs === 0 || !operation.enabled) continue;
    if (best === undefined || operation.intervalMs < best.intervalMs) best = operation;
  }
  if (best === undefined) return undefined;
  const written = best.definition.attributes.timeout;
  if (written !== undefined) return written;
  const { references } = state.context;
  return evaluateBlocks(best.definition.meta, rule, { references }).get('timeout');
}

function normalise(
  state: ClusterState,
  meta: Map<string, string>,
  task: string,
  intervalMs: number,
  resource: ResourceInstance,
): void {
  if (intervalMs > 0) meta.set('interval', String(intervalMs));
  else meta.delete('interval');
  let timeout = parseDurationMs(meta.get('timeout') ?? '') ?? DEFAULT_TIMEOUT_MS;
  // A fence agent's own monitor timeout replaces the configured one.
  if (resource.fenceDevice && (task === 'monitor' || task === 'start')) {
    const own = fenceMonitorTimeout(state, resource);
    if (own !== undefined) timeout = own;
  }
  meta.set('timeout', String(timeout));
  const delay = meta.get('start-delay');
  if (delay !== undefined) {
    meta.set('start-delay', String(parseDurationMs(delay) ?? 0));
  } else {
    const origin = meta.get('interval-origin');
    if (origin !== undefined && intervalMs > 0) {
      const delayMs = startDelayFromOrigin(origin, intervalMs, state.nowSeconds);
      if (delayMs !== undefined) meta.set('start-delay', String(delayMs));
    }
  }
}

function fenceMonitorTimeout(state: ClusterState, resource: ResourceInstance): number | undefined {
  const { references, baseRule } = state.context;
  const value = evaluateBlocks(resource.configured.params, baseRule, { references }).get(
    'pcmk_monitor_timeout',
  );
  return value === undefined ? undefined : parseDurationMs(value);
}

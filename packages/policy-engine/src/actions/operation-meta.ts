import { evaluateBlocks } from '../rules/evaluate-blocks.ts';
import { parseDurationMs } from '../rules/parse-duration.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { OperationConfig } from '../state/operation-config.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { parseRole, Role } from '../state/role.ts';
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
  if (task === 'demote' && !meta.has('on-fail')) followPromotedMonitor(state, resource, meta);
  if (!allowsOnFail(meta, task, intervalMs)) meta.delete('on-fail');
  normalise(state, meta, task, intervalMs, resource);
  return meta;
}

/** A demotion without `on-fail` of its own follows the monitor of the promoted role. */
function followPromotedMonitor(
  state: ClusterState,
  resource: ResourceInstance,
  meta: Map<string, string>,
): void {
  for (const operation of resource.operations) {
    const { name: task, intervalMs, enabled } = operation;
    if (task !== 'monitor' || intervalMs === 0 || !enabled) continue;
    if (operation.definition.attributes.role !== 'Promoted') continue;
    const monitor = operationMeta(state, resource, { node: undefined, task, intervalMs, config: operation });
    const onFail = monitor.get('on-fail');
    if (onFail === undefined || onFail === 'demote') continue;
    meta.set('on-fail', onFail);
    return;
  }
}

/**
 * Reactions that make no sense for an operation count as not configured: after a failed stop only fencing,
 * blocking and ignoring are possible, and only what concerns the promoted role can be answered by a demotion.
 */
function allowsOnFail(meta: ReadonlyMap<string, string>, task: string, intervalMs: number): boolean {
  const onFail = meta.get('on-fail')?.toLowerCase();
  if (task === 'stop') return onFail !== 'standby' && onFail !== 'stop';
  if (onFail !== 'demote') return true;
  if (task === 'promote') return true;
  return task === 'monitor' && intervalMs > 0 && parseRole(meta.get('role')) === Role.promoted;
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

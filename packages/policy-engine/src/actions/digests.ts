import type { AttributeBlock, OperationRecord } from '@holdfast/model';
import { compareVersions } from '../rules/compare-values.ts';
import { evaluateBlocks } from '../rules/evaluate-blocks.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { readParameters } from '../unpack/meta.ts';
import { findOperation, operationMeta } from './operation-meta.ts';
import { keptDigest, keptRecurringDigest, parameterDigest } from './parameter-digest.ts';

/** What comparing recorded parameter digests with the current parameters says. */
export type DigestVerdict =
  | 'match'
  /** Parameters that can be reloaded changed. */
  | 'changed'
  /** Parameters that need a restart changed. */
  | 'restart'
  /** The history holds no digest. */
  | 'unknown';

/**
 * Digest of the parameters an action of a graph runs with, as its result records it; a recurring operation is
 * also defined by its timeout.
 */
export function actionDigest(attributes: Readonly<Record<string, string>>, intervalMs: number): string {
  const parameters = new Map<string, string>();
  for (const [name, value] of Object.entries(attributes)) {
    const isOwn = !name.startsWith('CRM_meta_') && name !== 'crm_feature_set';
    if (isOwn || (intervalMs > 0 && name === 'CRM_meta_timeout')) parameters.set(name, value);
  }
  return parameterDigest(parameters);
}

/** Parameters of an operation on a node: the operation's own values over the resource's. */
export function operationParameters(
  state: ClusterState,
  resource: ResourceInstance,
  init: { node: NodeInstance; task: string; intervalMs: number },
): ReadonlyMap<string, string> {
  const own = resourceParameters(state, resource, init.node);
  const config = findOperation(resource, init.task, init.intervalMs, true);
  if (config === undefined || config.definition.params.length === 0) return own;
  const parameters = new Map<string, string>();
  const { references, baseRule } = state.context;
  const rule = { ...baseRule, nodeAttributes: init.node.attributes };
  evaluateBlocks(config.definition.params, rule, { references, into: parameters });
  for (const [name, value] of own) {
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

/** Parameters of a resource as evaluated for a node; remembered, since many actions need them. */
export function resourceParameters(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance | undefined,
): ReadonlyMap<string, string> {
  resource.parametersVary ??= parametersVary(resource);
  const plain = resource.parametersVary || needsHostAddress(resource) ? undefined : plainParameters(resource);
  if (plain !== undefined) return plain;
  const index = resource.parametersVary && node !== undefined ? node.index : -1;
  const cached = resource.parameters.get(index);
  if (cached !== undefined) return cached;
  const parameters = readParameters(state.context, resource, node);
  if (needsHostAddress(resource)) {
    const container = resource.launcher;
    const host = container?.assignedTo ?? container?.runningOn[0];
    // Not remembered: the host is known for good only after the placement.
    if (host !== undefined && parameters.get('addr') === '#uname') parameters.set('addr', host.name);
    return parameters;
  }
  resource.parameters.set(index, parameters);
  return parameters;
}

/** For blocks without rules. */
const NO_RULES = { nowSeconds: 0 };

const plainSets = new WeakMap<readonly AttributeBlock[], ReadonlyMap<string, string>>();

/**
 * The parameters where they are what one list of blocks says, whatever else a configuration holds: read once for all
 * plans, and with them their digests. Undefined where a parent has parameters too, or something is referred to.
 */
function plainParameters(resource: ResourceInstance): ReadonlyMap<string, string> | undefined {
  for (let r = resource.parent; r !== undefined; r = r.parent)
    if (r.configured.params.length > 0) return undefined;
  const blocks = resource.configured.params;
  let known = plainSets.get(blocks);
  if (known === undefined) {
    if (blocks.some(({ pairs }) => pairs.some(({ idRef }) => idRef !== undefined))) return undefined;
    known = evaluateBlocks(blocks, NO_RULES);
    plainSets.set(blocks, known);
  }
  return known;
}

/** Only rules make parameters differ from node to node; what a block refers to may have some. */
function parametersVary(resource: ResourceInstance): boolean {
  for (let r: ResourceInstance | undefined = resource; r !== undefined; r = r.parent) {
    if (r.configured.params.some(({ rules, idRef }) => rules.length > 0 || idRef !== undefined)) return true;
  }
  return false;
}

/** The connection into a container without address of its own goes to the container's host. */
export function needsHostAddress(resource: ResourceInstance): boolean {
  return (
    resource.isRemoteConnection && resource.replica !== undefined && resource.replica.ipAddress === undefined
  );
}

/** Compares the digests recorded with an operation to what they would be now. */
export function compareDigests(
  state: ClusterState,
  resource: ResourceInstance,
  node: NodeInstance,
  record: OperationRecord,
  { privateCounts = false }: { readonly privateCounts?: boolean } = {},
): DigestVerdict {
  let task = record.operation;
  // Operations that do not hold the start parameters say nothing about them.
  if (record.intervalMs === 0 && (task === 'monitor' || task === 'migrate_from' || task === 'promote')) {
    task = 'start';
  }
  if (record.opDigest === undefined) return 'unknown';
  const isHarmless = (current: ReadonlyMap<string, string>): boolean =>
    !privateCounts && onlyPrivateDiffers(current, record);
  const parameters = operationParameters(state, resource, { node, task, intervalMs: record.intervalMs });
  if (record.opRestartDigest !== undefined && record.intervalMs === 0) {
    const restart = restartParameters(parameters, record);
    // Only of a set that is kept it pays to remember the digest.
    const digest = restart === parameters ? keptDigest(restart) : parameterDigest(restart);
    if (digest !== record.opRestartDigest && !isHarmless(parameters)) {
      return 'restart';
    }
  }
  let timeout: string | undefined;
  if (record.intervalMs > 0) {
    const config = findOperation(resource, task, record.intervalMs, true);
    const meta = operationMeta(state, resource, { node, task, intervalMs: record.intervalMs, config });
    timeout = meta.get('timeout');
  }
  const digest = timeout === undefined ? keptDigest(parameters) : keptRecurringDigest(parameters, timeout);
  if (digest === record.opDigest || isHarmless(parameters)) return 'match';
  if (record.intervalMs > 0 && task !== 'monitor') return 'match';
  return record.opRestartDigest !== undefined ? 'changed' : 'restart';
}

/** Private parameters (passwords) may be masked in the input; the secure digest leaves them out. */
function onlyPrivateDiffers(parameters: ReadonlyMap<string, string>, record: OperationRecord): boolean {
  if (record.opSecureDigest === undefined || record.opSecureParams === undefined) return false;
  const hidden = new Set(record.opSecureParams.split(/\s+/));
  const visible = new Map([...parameters].filter(([name]) => !hidden.has(name)));
  if (parameterDigest(visible) === record.opSecureDigest) return true;
  // Older versions left out what is for the cluster and not for the fence agent.
  const forAgent = new Map([...visible].filter(([name]) => !name.startsWith('pcmk_')));
  return forAgent.size < visible.size && parameterDigest(forAgent) === record.opSecureDigest;
}

/** The parameters whose change needs a restart; the record names them. */
function restartParameters(
  parameters: ReadonlyMap<string, string>,
  record: OperationRecord,
): ReadonlyMap<string, string> {
  const listed = record.opForceRestart;
  if (listed === undefined) return parameters;
  const names = new Set(listed.split(/\s+/));
  return new Map([...parameters].filter(([name]) => names.has(name)));
}

/** Digests of a fence device's parameters for unfencing, compared with those a node was unfenced with. */
export function compareFenceDigest(
  state: ClusterState,
  device: ResourceInstance,
  node: NodeInstance,
): { all: string; secure: string; changed: boolean } {
  const parameters = resourceParameters(state, device, node);
  const all = parameterDigest(parameters);
  const secure = parameterDigest(withoutSecrets(parameters, state.input.header['crm_feature_set']));
  const recordedAll = node.attributes.get('#digests-all');
  const recordedSecure = node.attributes.get('#digests-secure');
  const changed =
    recordedAll !== undefined &&
    !hasDigest(recordedAll, device, all) &&
    !(recordedSecure !== undefined && hasDigest(recordedSecure, device, secure));
  return { all, secure, changed };
}

const SECRETS: ReadonlySet<string> = new Set(['passwd', 'password', 'user']);

/** First version that knew the parameters of a fence device that are for the cluster and not for the agent. */
const CLUSTER_PARAMETERS_SINCE = '3.16.0';

/** What the secure digest covers; controllers of old versions left the cluster's own parameters out, too. */
function withoutSecrets(
  parameters: ReadonlyMap<string, string>,
  version: string | undefined,
): Map<string, string> {
  const old = version !== undefined && compareVersions(version, CLUSTER_PARAMETERS_SINCE) < 0;
  return new Map(
    [...parameters].filter(([name]) => !SECRETS.has(name) && !(old && name.startsWith('pcmk_'))),
  );
}

function hasDigest(recorded: string, device: ResourceInstance, digest: string): boolean {
  return recorded.split(',').includes(`${device.id}:${device.agent}:${digest}`);
}

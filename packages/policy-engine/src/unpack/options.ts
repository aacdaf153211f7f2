import type { ClusterInformation } from '@holdfast/model';
import { evaluateBlocks } from '../rules/evaluate-blocks.ts';
import { parseDurationMs } from '../rules/parse-duration.ts';
import type { ReferenceIndex } from '../rules/reference-index.ts';
import type {
  ClusterOptions,
  HealthStrategy,
  NoQuorumPolicy,
  PlacementStrategy,
} from '../state/cluster-options.ts';
import type { RuleContext } from '../state/rule-context.ts';
import { booleanOr, durationMsOr, integerOr, isTrue, scoreOr } from './option-values.ts';

/** Old names of cluster options and the current ones. */
const RENAMED: readonly (readonly [string, string])[] = [
  ['stonith-enabled', 'fencing-enabled'],
  ['stonith-action', 'fencing-action'],
  ['stonith-timeout', 'fencing-timeout'],
  ['stonith-max-attempts', 'fencing-max-attempts'],
  ['stonith-watchdog-timeout', 'fencing-watchdog-timeout'],
  ['fence-reaction', 'fencing-reaction'],
  ['stop-orphan-resources', 'stop-removed-resources'],
  ['stop-orphan-actions', 'cancel-removed-actions'],
];

const HEALTH: readonly HealthStrategy[] = ['none', 'migrate-on-red', 'only-green', 'progressive', 'custom'];
const PLACEMENT: readonly PlacementStrategy[] = ['default', 'utilization', 'balanced', 'minimal'];

/** Reads the cluster options and applies defaults (Pacemaker Explained, "Cluster-Wide Configuration"). */
export function readOptions(
  input: ClusterInformation,
  references: ReferenceIndex,
  context: RuleContext,
): ClusterOptions {
  const raw = evaluateBlocks(input.configuration.options, context, {
    references,
    firstId: 'cib-bootstrap-options',
  });
  for (const [old, current] of RENAMED) {
    const value = raw.get(old);
    if (value === undefined || raw.has(current)) continue;
    // `poweroff` went with the old name.
    raw.set(current, old === 'stonith-action' && value === 'poweroff' ? 'off' : value);
  }
  const get = (name: string): string | undefined => raw.get(name);
  const fencingEnabled = booleanOr(get('fencing-enabled'), true);
  return {
    raw,
    symmetric: booleanOr(get('symmetric-cluster'), true),
    noQuorumPolicy: noQuorumPolicy(get('no-quorum-policy'), fencingEnabled, hadQuorum(input)),
    fencingEnabled,
    fencingAction: get('fencing-action') === 'off' ? 'off' : 'reboot',
    fencingTimeoutMs: durationMsOr(get('fencing-timeout'), 60_000),
    haveWatchdog: booleanOr(get('have-watchdog'), false),
    concurrentFencing: booleanOr(get('concurrent-fencing'), true),
    startupFencing: booleanOr(get('startup-fencing'), true),
    priorityFencingDelayMs: durationMsOr(get('priority-fencing-delay'), 0),
    nodePendingTimeoutMs: durationMsOr(get('node-pending-timeout'), 0),
    fenceRemoteWithoutQuorum: booleanOr(get('fence-remote-without-quorum'), false),
    maintenanceMode: booleanOr(get('maintenance-mode'), false),
    stopAllResources: booleanOr(get('stop-all-resources'), false),
    stopRemovedResources: booleanOr(get('stop-removed-resources'), true),
    cancelRemovedActions: booleanOr(get('cancel-removed-actions'), true),
    removeAfterStop: booleanOr(get('remove-after-stop'), false),
    startFailureIsFatal: booleanOr(get('start-failure-is-fatal'), true),
    enableStartupProbes: booleanOr(get('enable-startup-probes'), true),
    shutdownLock: booleanOr(get('shutdown-lock'), false),
    shutdownLockLimitMs: durationMsOr(get('shutdown-lock-limit'), 0),
    clusterName: get('cluster-name'),
    clusterDelay:
      parseDurationMs(get('cluster-delay') ?? '') === undefined ? '60s' : (get('cluster-delay') ?? '60s'),
    batchLimit: get('batch-limit') ?? '0',
    migrationLimit: get('migration-limit') === undefined ? undefined : integerOr(get('migration-limit'), -1),
    placementStrategy: oneOf(PLACEMENT, get('placement-strategy'), 'default'),
    healthStrategy: oneOf(HEALTH, get('node-health-strategy'), 'none'),
    healthBase: scoreOr(get('node-health-base'), 0),
    healthGreen: scoreOr(get('node-health-green'), 0),
    healthYellow: scoreOr(get('node-health-yellow'), 0),
    healthRed: scoreOr(get('node-health-red'), -1_000_000),
  };
}

function oneOf<T extends string>(values: readonly T[], text: string | undefined, fallback: T): T {
  const lower = text?.toLowerCase();
  return values.find((value) => value === lower) ?? fallback;
}

/** The cluster has quorum, or had it once. */
function hadQuorum({ header }: ClusterInformation): boolean {
  return isTrue(header['have-quorum']) || integerOr(header['no-quorum-panic'], 0) > 0;
}

function noQuorumPolicy(
  text: string | undefined,
  fencingEnabled: boolean,
  hadQuorumOnce: boolean,
): NoQuorumPolicy {
  switch (text?.toLowerCase()) {
    case 'ignore':
      return 'ignore';
    case 'freeze':
      return 'freeze';
    case 'demote':
      return 'demote';
    case 'fence':
    case 'suicide':
      // Without fencing nobody can be fenced, and a cluster that never had quorum has nothing to protect.
      return fencingEnabled && hadQuorumOnce ? 'fence' : 'stop';
    default:
      return 'stop';
  }
}

import type { ValueType } from './value-syntax.ts';

/** The names of one scope with the types of their values. */
export type NameTable = ReadonlyMap<string, ValueType>;

const table = (names: Readonly<Record<string, ValueType>>): NameTable => new Map(Object.entries(names));

const ROLES = ['Stopped', 'Started', 'Promoted', 'Unpromoted', 'Master', 'Slave'] as const;

/** Roles a resource may be asked for; `Master` and `Slave` are the old names. */
export const ROLE_VALUES: readonly string[] = ROLES;

/** Values of `on-fail`. */
export const ON_FAIL_VALUES: readonly string[] = [
  'ignore',
  'block',
  'stop',
  'restart',
  'standby',
  'fence',
  'restart-container',
  'demote',
];

const COMMON_META: Readonly<Record<string, ValueType>> = {
  priority: 'score',
  'target-role': ROLES,
  'is-managed': 'boolean',
  is_managed: 'boolean',
  maintenance: 'boolean',
  'resource-stickiness': 'score',
  resource_stickiness: 'score',
  requires: ['nothing', 'quorum', 'fencing', 'unfencing'],
  'migration-threshold': 'score',
  'failure-timeout': 'duration',
  'multiple-active': ['block', 'stop_only', 'stop_start', 'stop_unexpected'],
  multiple_active: ['block', 'stop_only', 'stop_start', 'stop_unexpected'],
  'allow-migrate': 'boolean',
  'allow-unhealthy-nodes': 'boolean',
  'container-attribute-target': 'text',
  critical: 'boolean',
  'remote-node': 'text',
  'remote-port': 'integer',
  'remote-addr': 'text',
  'remote-connect-timeout': 'duration',
  'remote-allow-migrate': 'boolean',
  'restart-type': ['ignore', 'restart'],
  'resource-failure-stickiness': 'score',
  provides: 'text',
  is_template: 'boolean',
};

const CLONE_META: Readonly<Record<string, ValueType>> = {
  'clone-max': 'integer',
  'clone-node-max': 'integer',
  'clone-min': 'integer',
  'globally-unique': 'boolean',
  notify: 'boolean',
  interleave: 'boolean',
  ordered: 'boolean',
  promotable: 'boolean',
  'promoted-max': 'integer',
  'promoted-node-max': 'integer',
  'master-max': 'integer',
  'master-node-max': 'integer',
};

/** Meta attributes of a resource and what their values must be (Pacemaker Explained, "Resource Meta-Attributes"). */
export const RESOURCE_META = table({ ...COMMON_META, ...CLONE_META });

/** Attributes of an `op` and meta attributes of an operation. */
export const OPERATION_META = table({
  interval: 'duration',
  timeout: 'duration',
  description: 'text',
  role: ROLES,
  'on-fail': ON_FAIL_VALUES,
  on_fail: ON_FAIL_VALUES,
  enabled: 'boolean',
  disabled: 'boolean',
  'record-pending': 'boolean',
  'start-delay': 'duration',
  'interval-origin': 'text',
  requires: ['nothing', 'quorum', 'fencing', 'unfencing'],
  prereq: ['nothing', 'quorum', 'fencing', 'unfencing'],
});

/** `poweroff` is an old word for `off`. */
const FENCING_ACTIONS = ['reboot', 'off', 'poweroff'] as const;

const CURRENT_OPTIONS: Readonly<Record<string, ValueType>> = {
  'cluster-name': 'text',
  'dc-version': 'text',
  'cluster-infrastructure': 'text',
  'last-lrm-refresh': 'text',
  'no-quorum-policy': ['ignore', 'freeze', 'stop', 'demote', 'suicide', 'fence'],
  /** Ours: rule 17's opt-out, the time a losing side is given to stop, and when it begins to stop. */
  'unsafe-recovery': 'boolean',
  'unsafe-stop-allowance': 'duration',
  'no-quorum-delay': 'duration',
  'batch-limit': 'integer',
  'migration-limit': 'integer',
  'load-threshold': 'text',
  'node-action-limit': 'integer',
  'symmetric-cluster': 'boolean',
  'stop-all-resources': 'boolean',
  'stop-orphan-resources': 'boolean',
  'stop-removed-resources': 'boolean',
  'stop-orphan-actions': 'boolean',
  'cancel-removed-actions': 'boolean',
  'remove-after-stop': 'boolean',
  'start-failure-is-fatal': 'boolean',
  'enable-startup-probes': 'boolean',
  'maintenance-mode': 'boolean',
  'have-watchdog': 'boolean',
  'concurrent-fencing': 'boolean',
  'startup-fencing': 'boolean',
  'fence-reaction': ['stop', 'panic'],
  'fence-remote-without-quorum': 'boolean',
  'priority-fencing-delay': 'positive-duration',
  'node-pending-timeout': 'duration',
  'cluster-delay': 'positive-duration',
  'dc-deadtime': 'duration',
  'cluster-ipc-limit': 'integer',
  'pe-error-series-max': 'integer',
  'pe-warn-series-max': 'integer',
  'pe-input-series-max': 'integer',
  'enable-acl': 'boolean',
  'placement-strategy': ['default', 'utilization', 'minimal', 'balanced'],
  'node-health-strategy': ['none', 'migrate-on-red', 'only-green', 'progressive', 'custom'],
  'node-health-base': 'score',
  'node-health-green': 'score',
  'node-health-yellow': 'score',
  'node-health-red': 'score',
  'cluster-recheck-interval': 'duration',
  'election-timeout': 'duration',
  'shutdown-escalation': 'duration',
  'join-integration-timeout': 'duration',
  'join-finalization-timeout': 'duration',
  'transition-delay': 'duration',
  'shutdown-lock': 'boolean',
  'shutdown-lock-limit': 'positive-duration',
  'default-resource-stickiness': 'score',
  'default-action-timeout': 'duration',
  'default-migration-threshold': 'score',
  'default-resource-failure-stickiness': 'score',
  'is-managed-default': 'boolean',
  'expected-quorum-votes': 'integer',
  'fencing-enabled': 'boolean',
  'fencing-action': FENCING_ACTIONS,
  'fencing-timeout': 'positive-duration',
  'fencing-watchdog-timeout': 'duration',
  'fencing-max-attempts': 'integer',
};

const OPTION_ALIASES: Readonly<Record<string, string>> = {
  'stonith-enabled': 'fencing-enabled',
  'stonith-action': 'fencing-action',
  'stonith-timeout': 'fencing-timeout',
  'stonith-watchdog-timeout': 'fencing-watchdog-timeout',
  'stonith-max-attempts': 'fencing-max-attempts',
  'crmd-transition-delay': 'transition-delay',
  'crmd-integration-timeout': 'join-integration-timeout',
  'crmd-finalization-timeout': 'join-finalization-timeout',
};

/** Old spelling of a cluster option to the current one; a name without an alias maps to itself. */
export function currentOptionName(name: string): string {
  return OPTION_ALIASES[name] ?? name;
}

/** Cluster options and what their values must be (Pacemaker Explained, "Cluster Options"); current names only. */
export const CLUSTER_OPTIONS = table(CURRENT_OPTIONS);

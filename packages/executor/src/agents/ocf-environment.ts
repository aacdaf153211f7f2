import type { AgentRun } from '@holdfast/ports';

/** Lowest feature set agents may see: from 3.20 on the shell library uses only current command forms. */
const FEATURE_SET = '3.20.5';
const META_PREFIX = 'CRM_meta_';

/** What is the same for every agent run by one daemon. */
export interface HostEnvironment {
  /** OCF_ROOT. */
  readonly ocfRoot: string;
  /** Where agents keep their state until the next boot (HA_RSCTMP). */
  readonly runFolder: string;
  /** Where agents find the cluster commands (HA_SBIN_DIR, first in PATH). Absent: the agents' own default. */
  readonly commandFolder?: string;
  /** Further variables, for instance the mark of a development node. They win over the built-in ones. */
  readonly more?: Readonly<Record<string, string>>;
}

const SYSTEM_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Environment of all agents, without what belongs to one resource. `inherited` is the daemon's own environment. */
export function baseEnvironment(
  host: HostEnvironment,
  inherited: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const path = [host.commandFolder, ...(inherited.PATH ?? '').split(':'), ...SYSTEM_PATH].filter(Boolean);
  return {
    PATH: [...new Set(path)].join(':'),
    HOME: inherited.HOME ?? '/',
    LANG: 'C',
    LC_ALL: 'C',
    OCF_ROOT: host.ocfRoot,
    OCF_RA_VERSION_MAJOR: '1',
    OCF_RA_VERSION_MINOR: '1',
    OCF_OUTPUT_FORMAT: 'text',
    OCF_EXIT_REASON_PREFIX: 'ocf-exit-reason:',
    HA_RSCTMP: host.runFolder,
    // Agents write their log to standard error, which the executor records: no process per line, no syslog needed.
    HA_LOGFACILITY: 'none',
    HA_debug: '0',
    HA_use_logd: 'no',
    HA_LOGD: 'no',
    PCMK_service: 'holdfast-executor',
    PCMK_logfacility: 'none',
    PCMK_debug: '0',
    ...(host.commandFolder === undefined ? {} : { HA_SBIN_DIR: host.commandFolder }),
    HOLDFAST_NODE_BINARY: process.execPath,
    ...host.more,
  };
}

/**
 * Environment of one run by the OCF resource agent API 1.1, section "environment": what names the resource, one
 * OCF_RESKEY_ variable per parameter, and the manager's context as OCF_RESKEY_CRM_meta_ variables.
 */
export function ocfEnvironment(run: AgentRun): Record<string, string> {
  const env: Record<string, string> = {
    OCF_RESOURCE_INSTANCE: run.resource,
    OCF_RESOURCE_TYPE: run.type,
    OCF_RESKEY_CRM_meta_name: run.operation,
    OCF_RESKEY_CRM_meta_timeout: String(run.timeoutMs),
    OCF_RESKEY_CRM_meta_interval: String(run.intervalMs),
    OCF_RESKEY_crm_feature_set: FEATURE_SET,
  };
  if (run.provider !== undefined) env.OCF_RESOURCE_PROVIDER = run.provider;
  for (const [name, value] of Object.entries(run.attributes)) {
    if (name === 'OCF_CHECK_LEVEL') env.OCF_CHECK_LEVEL = value;
    else if (name === 'crm_feature_set') env.OCF_RESKEY_crm_feature_set = laterFeatureSet(value);
    else if (name.startsWith(META_PREFIX)) env[`OCF_RESKEY_${META_PREFIX}${metaName(name)}`] = value;
    else env[`OCF_RESKEY_${name}`] = value;
  }
  if (run.attributes.trace_ra !== undefined) env.OCF_TRACE_RA = run.attributes.trace_ra;
  if (run.attributes.trace_file !== undefined) env.OCF_TRACE_FILE = run.attributes.trace_file;
  return env;
}

/** Names of meta attributes are written with dashes, but a shell variable cannot hold one. */
function metaName(name: string): string {
  return name.slice(META_PREFIX.length).replaceAll('-', '_');
}

function laterFeatureSet(value: string): string {
  const [major = 0, minor = 0] = value.split('.').map(Number);
  return major > 3 || (major === 3 && minor >= 20) ? value : FEATURE_SET;
}

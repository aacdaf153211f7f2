import type { GraphAction, OperationRecord } from '@holdfast/model';
import { parameterDigest } from '@holdfast/policy-engine';
import type { AgentFacts } from './agent-knowledge.ts';

/** The fields of a record that tell with which parameters an operation ran. */
export type OperationDigests = Pick<
  OperationRecord,
  'opDigest' | 'opRestartDigest' | 'opForceRestart' | 'opSecureDigest' | 'opSecureParams'
>;

/** One-time operations that run with the parameters a resource was started with; a change is noticed by the digest. */
const DIGESTED: ReadonlySet<string> = new Set([
  'start',
  'monitor',
  'promote',
  'migrate_from',
  'reload-agent',
]);

/**
 * Digests of the parameters an operation ran with, in the layout of the CIB: `op-digest` over all of them (a recurring
 * operation is also defined by its timeout), `op-restart-digest` over those that cannot be reloaded, which
 * `op-force-restart` names, and `op-secure-digest` over those that are not private, which `op-secure-params` names.
 *
 * @param facts what the agent says of itself; without it every change is taken to need a restart
 */
export function operationDigests(
  action: GraphAction,
  { operation, intervalMs }: { readonly operation: string; readonly intervalMs: number },
  facts: AgentFacts | undefined,
): OperationDigests {
  if (intervalMs === 0 && !DIGESTED.has(operation)) return {};
  const parameters = new Map<string, string>();
  for (const [name, value] of Object.entries(action.attributes)) {
    if (!name.startsWith('CRM_meta_') && name !== 'crm_feature_set') parameters.set(name, value);
  }
  const all = new Map(parameters);
  const timeout = action.attributes.CRM_meta_timeout;
  if (intervalMs > 0 && timeout !== undefined) all.set('CRM_meta_timeout', timeout);
  const opDigest = parameterDigest(all);
  if (!facts) return { opDigest };
  const { restartNames, privateNames } = facts;
  const only = (wanted: (name: string) => boolean) =>
    parameterDigest(new Map([...parameters].filter(([name]) => wanted(name))));
  return {
    opDigest,
    ...(restartNames !== undefined && intervalMs === 0
      ? {
          opForceRestart: listOf(restartNames),
          opRestartDigest: only((name) => restartNames.includes(name)),
        }
      : {}),
    ...(privateNames.length > 0
      ? {
          opSecureParams: listOf(privateNames),
          opSecureDigest: only((name) => !privateNames.includes(name)),
        }
      : {}),
  };
}

/** Names between spaces, so that a reader can look for ` name `. */
function listOf(names: readonly string[]): string {
  return ` ${names.join(' ')} `;
}

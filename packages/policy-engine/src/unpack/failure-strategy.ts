import { findOperation, operationMeta } from '../actions/operation-meta.ts';
import type { OnFail } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';

/** Severities from mildest to hardest; a later failure only raises what an earlier one asked for. */
const SEVERITY: readonly OnFail[] = [
  'ignore',
  'demote',
  'restart',
  'reset-remote',
  'restart-container',
  'ban',
  'block',
  'stop',
  'standby',
  'fence',
];

/** The harder of two reactions. */
export function harderReaction(a: OnFail, b: OnFail): OnFail {
  return SEVERITY.indexOf(b) > SEVERITY.indexOf(a) ? b : a;
}

export function isAtMost(a: OnFail, b: OnFail): boolean {
  return SEVERITY.indexOf(a) <= SEVERITY.indexOf(b);
}

/** What a failed operation asks for, and the role the resource may then have at most. */
export function failureStrategy(
  state: ClusterState,
  resource: ResourceInstance,
  init: { node: NodeInstance; task: string; intervalMs: number },
): { onFail: OnFail; failRole: Role } {
  const { task, intervalMs } = init;
  const config = findOperation(resource, task, intervalMs, true);
  const meta = operationMeta(state, resource, { ...init, config });
  const onFail = parseOnFail(state, resource, task, intervalMs, meta.get('on-fail'));
  return { onFail, failRole: roleAfter(resource, task, onFail) };
}

function parseOnFail(
  state: ClusterState,
  resource: ResourceInstance,
  task: string,
  intervalMs: number,
  text: string | undefined,
): OnFail {
  const fencing = state.options.fencingEnabled;
  switch (text?.toLowerCase()) {
    case 'ignore':
    case 'nothing':
      return 'ignore';
    case 'block':
      return 'block';
    case 'fence':
      return fencing ? 'fence' : 'stop';
    case 'standby':
      return 'standby';
    case 'migrate':
      return 'ban';
    case 'stop':
      return 'stop';
    case 'restart':
      return 'restart';
    case 'restart-container':
      return resource.launcher === undefined ? 'restart' : 'restart-container';
    case 'demote':
      return 'demote';
  }
  if (resource.launcher !== undefined) return 'restart-container';
  if (resource.isRemoteConnection && !(task === 'monitor' && intervalMs === 0) && task !== 'start') {
    return resource.managed ? 'reset-remote' : 'stop';
  }
  return task === 'stop' ? stopDefault(fencing) : 'restart';
}

function stopDefault(fencing: boolean): OnFail {
  return fencing ? 'fence' : 'block';
}

function roleAfter(resource: ResourceInstance, task: string, onFail: OnFail): Role {
  if (onFail === 'stop') return Role.stopped;
  if (onFail === 'reset-remote' && resource.remoteReconnectMs !== 0) return Role.stopped;
  return task === 'promote' ? Role.unpromoted : Role.started;
}

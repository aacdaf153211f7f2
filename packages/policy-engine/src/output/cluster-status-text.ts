import { type ClusterState, parseRole, type ResourceInstance, Role } from '../state/index.ts';
import { formatResource, type StatusLine } from './collection-lines.ts';
import { formatNodeList } from './node-list.ts';

/**
 * A cluster status as the reference prints it: the list of nodes and the full list of resources. Without `pending`
 * operations in progress are not told of, as in the status after a simulation.
 */
export function formatClusterStatus(state: ClusterState, title: string, pending = true): string {
  const context = { state, pending };
  const lines = [`${title}:`, '  * Node List:', ...formatNodeList(state).map((line) => `    * ${line}`), ''];
  lines.push('  * Full List of Resources:');
  for (const resource of state.resources) {
    if (!isShown(resource)) continue;
    addLines(lines, formatResource(resource, context), '    ');
  }
  return `${lines.join('\n')}\n`;
}

function addLines(lines: string[], line: StatusLine, indent: string): void {
  lines.push(`${indent}* ${line.text}`);
  for (const child of line.children) addLines(lines, child, `${indent}  `);
}

/** Connections that guest nodes imply, and removed resources that are gone, are no lines of a status. */
export function isShown(resource: ResourceInstance): boolean {
  return resource.meta.get('internal_rsc') !== 'true' && (!resource.removed || isAnywhere(resource));
}

function isAnywhere(resource: ResourceInstance): boolean {
  return resource.runningOn.length > 0 || resource.children.some(isAnywhere);
}

/** The lines on what keeps the cluster from acting at all: maintenance mode, or stopping everything. */
export function formatRestrictions(state: ClusterState): string {
  if (!state.options.maintenanceMode) return '';
  return [
    '\n              *** Resource management is DISABLED ***\n',
    '  The cluster will not attempt to start, stop or recover services\n\n',
  ].join('');
}

/** The line on resources that are disabled or blocked, or undefined if there are none. */
export function formatBlockedCounts(state: ClusterState): string | undefined {
  const instances = state.resources.flatMap(countedInstances);
  const disabled = instances.filter(isDisabled).length;
  const blocked = instances.filter((resource) => resource.blocked).length;
  if (disabled === 0 && blocked === 0) return undefined;
  return (
    `${disabled} of ${instances.length} resource instances DISABLED and ` +
    `${blocked} BLOCKED from further action due to failure`
  );
}

/** Removed resources count only while they are active. */
function countedInstances(resource: ResourceInstance): ResourceInstance[] {
  if (!resource.isPrimitive) return resource.children.flatMap(countedInstances);
  return resource.removed && resource.role <= Role.stopped ? [] : [resource];
}

/** The target role keeps it from what it could otherwise do. */
function isDisabled(resource: ResourceInstance): boolean {
  const target = parseRole(resource.meta.get('target-role'));
  return target === Role.stopped || (target === Role.unpromoted && resource.top().promotable);
}

import type { ClusterState, ResourceInstance } from '../state/index.ts';
import { formatResource, type StatusLine } from './collection-lines.ts';
import { formatNodeList } from './node-list.ts';

/** A cluster status as the reference prints it: the list of nodes and the full list of resources. */
export function formatClusterStatus(state: ClusterState, title: string): string {
  const context = { state };
  const lines = [`${title}:`, '  * Node List:', ...formatNodeList(state).map((line) => `    * ${line}`), ''];
  lines.push('  * Full List of Resources:');
  for (const resource of state.resources) {
    if (resource.removed && !isAnywhere(resource)) continue;
    addLines(lines, formatResource(resource, context), '    ');
  }
  return `${lines.join('\n')}\n`;
}

function addLines(lines: string[], line: StatusLine, indent: string): void {
  lines.push(`${indent}* ${line.text}`);
  for (const child of line.children) addLines(lines, child, `${indent}  `);
}

function isAnywhere(resource: ResourceInstance): boolean {
  return resource.runningOn.length > 0 || resource.children.some(isAnywhere);
}

/** The line on resources that are disabled or blocked, or undefined if there are none. */
export function formatBlockedCounts(state: ClusterState): string | undefined {
  const { disabledResources, blockedResources } = state;
  if (disabledResources === 0 && blockedResources === 0) return undefined;
  const count = state.resources.reduce((sum, resource) => sum + countPrimitives(resource), 0);
  return `${disabledResources} of ${count} resource instances DISABLED and ${blockedResources} BLOCKED from further action due to failure`;
}

function countPrimitives(resource: ResourceInstance): number {
  if (resource.isPrimitive) return resource.removed ? 0 : 1;
  return resource.children.reduce((sum, child) => sum + countPrimitives(child), 0);
}

import type { StatusReport } from '@holdfast/client';

/** The state of a cluster in a few words each: one line for the members, one per group of resources on a node. */
export function statusLines(status: StatusReport): string[] {
  const nodes = status.nodes.map((node) => {
    const marks = [
      node.state,
      ...(node.name === status.leader ? ['leader'] : []),
      ...(node.standby ? ['standby'] : []),
    ];
    return `${node.name} ${marks.join(', ')}`;
  });
  const lines = [`${status.quorate ? 'quorate' : 'NO QUORUM'} | ${nodes.join(' | ')}`];
  const places = new Map<string, string[]>();
  for (const resource of status.resources) {
    const where = resource.nodes.length > 0 ? resource.nodes.join('+') : '-';
    const state = resource.role === 'Started' ? '' : ` ${resource.role}`;
    const marks = `${resource.failed ? ' failed' : ''}${resource.blocked ? ' BLOCKED' : ''}`;
    const list = places.get(where) ?? [];
    list.push(`${resource.id}${state}${marks}`);
    places.set(where, list);
  }
  for (const [where, resources] of [...places].sort()) {
    lines.push(`  ${where === '-' ? 'nowhere' : `on ${where}`}: ${resources.join(', ')}`);
  }
  for (const fence of status.fencing.pending)
    lines.push(`  fencing ${fence.target}: ${fence.state} (${fence.reason})`);
  for (const warning of status.warnings) lines.push(`  ! ${warning}`);
  return lines;
}

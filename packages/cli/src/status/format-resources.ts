import type { ResourceReport } from '@holdfast/client';
import type { Paint } from './paint.ts';

/** A container with what is in it, in the order of the report. */
interface Branch {
  readonly id: string;
  readonly children: (Branch | ResourceReport)[];
}

/** The resources as an indented tree: containers with their members, and why what does not run does not. */
export function formatResources(resources: readonly ResourceReport[], paint: Paint): string[] {
  if (resources.length === 0) return ['  * No resources'];
  const root: Branch = { id: '', children: [] };
  for (const resource of resources) {
    let place = root;
    for (const id of resource.parents) place = branchOf(place, id);
    place.children.push(resource);
  }
  return root.children.flatMap((each) => formatEntry(each, '  ', paint));
}

function branchOf(parent: Branch, id: string): Branch {
  const known = parent.children.find((each): each is Branch => 'children' in each && each.id === id);
  if (known) return known;
  const branch: Branch = { id, children: [] };
  parent.children.push(branch);
  return branch;
}

function formatEntry(entry: Branch | ResourceReport, indent: string, paint: Paint): string[] {
  if (!('children' in entry)) return formatResource(entry, indent, paint);
  return [
    `${indent}* ${paint.bold(entry.id)}:`,
    ...entry.children.flatMap((each) => formatEntry(each, `${indent}  `, paint)),
  ];
}

function formatResource(resource: ResourceReport, indent: string, paint: Paint): string[] {
  const { id, agent, nodes, reason } = resource;
  const where = nodes.length > 0 ? ` ${nodes.join(' ')}` : '';
  const flags = [
    resource.disabled ? 'disabled' : '',
    resource.blocked ? paint.bad('blocked') : '',
    resource.managed ? '' : 'unmanaged',
  ].filter(Boolean);
  const about = flags.length > 0 ? ` (${flags.join(', ')})` : '';
  const line = `${indent}* ${id}\t(${agent}):\t ${roleOf(resource, paint)}${where}${about}`;
  return reason === null ? [line] : [line, `${indent}    ${paint.dim('because')} ${reason}`];
}

function roleOf({ role, failed, disabled }: ResourceReport, paint: Paint): string {
  if (failed) return paint.bad(`FAILED ${role}`);
  switch (role) {
    case 'Started':
    case 'Promoted':
    case 'Unpromoted':
      return paint.good(role);
    case 'Stopped':
      return disabled ? role : paint.warn(role);
    default:
      return paint.warn(role);
  }
}

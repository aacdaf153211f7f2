import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AgentFolders, AgentLocator, isExecutable } from './agent-locator.ts';

/** Where a host may have agents of all classes. */
export interface InstalledAgentFolders extends AgentFolders {
  /** Folders of fence agents. @default /usr/sbin, /usr/local/sbin */
  readonly fenceFolders?: readonly string[];
  /** Folders of systemd units. @default those of systemd.unit(5) */
  readonly unitFolders?: readonly string[];
}

const FENCE_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];
const UNIT_FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

/**
 * Which of some agents (`ocf:PROVIDER:TYPE`, `systemd:UNIT`, `service:NAME`, `lsb:NAME`, `stonith:TYPE`) are not
 * installed on this host. Of other classes nothing is known, so they are not among them; neither are the built-in
 * connections to remote nodes, which no file stands for.
 */
export function missingAgents(agents: readonly string[], folders: InstalledAgentFolders): string[] {
  const locator = new AgentLocator(folders);
  return agents.filter((agent) => {
    const [agentClass = '', ...rest] = agent.split(':');
    const name = rest.join(':');
    switch (agentClass) {
      case 'ocf':
        return agent !== 'ocf:pacemaker:remote' && locator.ocf(rest[0] ?? '', rest[1] ?? '') === undefined;
      case 'lsb':
        return locator.lsb(name) === undefined;
      case 'systemd':
        return !hasUnit(name, folders);
      case 'service':
        return locator.lsb(name) === undefined && !hasUnit(name, folders);
      case 'stonith':
        return !(folders.fenceFolders ?? FENCE_FOLDERS).some((folder) => isExecutable(join(folder, name)));
      default:
        return false;
    }
  });
}

/** A unit `a@b` is made of the template `a@`. */
function hasUnit(name: string, { unitFolders = UNIT_FOLDERS }: InstalledAgentFolders): boolean {
  if (name.includes('/')) return false;
  const whole = /\.[a-z]+$/.test(name) ? name : `${name}.service`;
  const files = [whole, whole.replace(/@.*(\.[a-z]+)$/, '@$1')];
  return unitFolders.some((folder) => files.some((file) => existsSync(join(folder, file))));
}

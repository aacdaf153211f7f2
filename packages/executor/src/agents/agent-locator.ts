import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where agents are found on this host. */
export interface AgentFolders {
  /** OCF_ROOT; agents are below `resource.d/PROVIDER/`. */
  readonly ocfRoot: string;
  /** Folders that hold PROVIDER/TYPE as well, looked at first: the agents Holdfast ships. */
  readonly ocfFolders?: readonly string[];
  /** @default /etc/init.d */
  readonly lsbFolder?: string;
}

/** Finds agent files by class, provider and type. */
export class AgentLocator {
  readonly #ocfFolders: readonly string[];
  readonly #lsbFolder: string;

  constructor(folders: AgentFolders) {
    this.#ocfFolders = [...(folders.ocfFolders ?? []), join(folders.ocfRoot, 'resource.d')];
    this.#lsbFolder = folders.lsbFolder ?? '/etc/init.d';
  }

  /** Path of an executable OCF agent, or undefined. */
  ocf(provider: string, type: string): string | undefined {
    if (!isPlainName(provider) || !isPlainName(type)) return undefined;
    return this.#ocfFolders.map((folder) => join(folder, provider, type)).find(isExecutable);
  }

  /** Path of an executable init script, or undefined. */
  lsb(type: string): string | undefined {
    if (!isPlainName(type)) return undefined;
    const path = join(this.#lsbFolder, type);
    return isExecutable(path) ? path : undefined;
  }

  /** All OCF agents of this host as `PROVIDER:TYPE`, sorted. Names with a leading dot are hidden. */
  listOcf(): string[] {
    const found = new Set<string>();
    for (const folder of this.#ocfFolders) {
      for (const provider of visibleEntries(folder)) {
        for (const type of visibleEntries(join(folder, provider))) {
          if (isExecutable(join(folder, provider, type))) found.add(`${provider}:${type}`);
        }
      }
    }
    return [...found].sort();
  }
}

/** A name from the configuration must not lead out of the agent folders. */
function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.@:+-]*$/.test(name);
}

function visibleEntries(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}

/** True for a regular file that this process may execute. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

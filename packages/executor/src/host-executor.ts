import { accessSync, constants, existsSync } from 'node:fs';
import type { AgentRunner, FenceRunner, Logger } from '@holdfast/ports';
import { AgentLocator } from './agents/agent-locator.ts';
import { HostAgentRunner } from './agents/host-agent-runner.ts';
import { baseEnvironment } from './agents/ocf-environment.ts';
import { HostFenceRunner } from './fencing/host-fence-runner.ts';
import { SpawnerClient } from './spawner/spawner-client.ts';

/** Where things are on this host. Everything but the logger has a default. */
export interface HostExecutorOptions {
  readonly logger: Logger;
  /** @default /usr/lib/ocf */
  readonly ocfRoot?: string;
  /** Folders with PROVIDER/TYPE that are looked at before OCF_ROOT/resource.d: the agents Holdfast ships. */
  readonly ocfFolders?: readonly string[];
  /** Folders of fence agents, the first that has one wins. @default /usr/sbin, /usr/local/sbin */
  readonly fenceFolders?: readonly string[];
  /** Where agents keep state until the next boot (HA_RSCTMP). @default /run/resource-agents */
  readonly runFolder?: string;
  /** Where it is noted which operations are in flight, so that none outlives a killed daemon. @default nowhere */
  readonly notesFolder?: string;
  /** Where agents find cluster commands such as crm_attribute. */
  readonly commandFolder?: string;
  /** Further environment of every agent, for instance the mark of a development node. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Agent runs at once. @default 32 */
  readonly maxParallel?: number;
  /** From TERM to KILL for resource agents. @default 2000 */
  readonly graceMs?: number;
  /** Script of the spawner, for a bundled daemon. @default the one in this package */
  readonly spawnerPath?: string;
  /** @default systemctl where systemd is running; null forbids it */
  readonly systemctl?: string | null;
}

/** The two runners of a host and its agents. */
export interface HostExecutor {
  readonly agentRunner: AgentRunner;
  readonly fenceRunner: FenceRunner;
  /** Finds and lists the agents of this host. */
  readonly locator: AgentLocator;
}

/**
 * The runners of this host; both spawn through one helper process, which runs from the first start() to the last
 * stop(). Nothing is started yet.
 */
export function createHostExecutor(options: HostExecutorOptions): HostExecutor {
  const { logger } = options;
  const ocfRoot = options.ocfRoot ?? '/usr/lib/ocf';
  const runFolder = options.runFolder ?? '/run/resource-agents';
  const locator = new AgentLocator({
    ocfRoot,
    ...(options.ocfFolders === undefined ? {} : { ocfFolders: options.ocfFolders }),
  });
  const spawner = new SpawnerClient({
    logger,
    baseEnvironment: baseEnvironment(
      {
        ocfRoot,
        runFolder,
        ...(options.commandFolder === undefined ? {} : { commandFolder: options.commandFolder }),
        ...(options.environment === undefined ? {} : { more: options.environment }),
      },
      process.env,
    ),
    ...(options.spawnerPath === undefined ? {} : { spawnerPath: options.spawnerPath }),
    ...(options.notesFolder === undefined ? {} : { notesFolder: options.notesFolder }),
  });
  const systemctl = options.systemctl === undefined ? runningSystemctl() : (options.systemctl ?? undefined);
  return {
    agentRunner: new HostAgentRunner({
      spawner,
      logger,
      host: { locator, systemctl },
      runFolder,
      ...(options.maxParallel === undefined ? {} : { maxParallel: options.maxParallel }),
      ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
    }),
    fenceRunner: new HostFenceRunner({
      spawner,
      logger,
      ...(options.fenceFolders === undefined ? {} : { folders: options.fenceFolders }),
    }),
    locator,
  };
}

/** Path of systemctl if systemd is the init of this host (the test that sd_booted(3) documents). */
function runningSystemctl(): string | undefined {
  if (!existsSync('/run/systemd/system')) return undefined;
  return ['/usr/bin/systemctl', '/bin/systemctl'].find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

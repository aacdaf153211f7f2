import { createHostExecutor, LinuxWatchdog, missingAgents, NoWatchdog } from '@holdfast/executor';
import { decodePeerEnvelope } from '@holdfast/node';
import { type Envelope, encodeEnvelope } from '@holdfast/protocol';
import { openStore } from '@holdfast/store';
import type { LocalConfiguration } from '../configuration/local-configuration.ts';
import type { EnvelopeCodec } from '../member/envelope-port.ts';
import { decodeGossip, encodeGossip } from './gossip-codec.ts';
import type { MemberAdapters } from './member-adapters.ts';

/** Where the programs are that the daemon starts beside itself. */
export interface ProgramFiles {
  /** Script of the process that spawns agents; absent: the source's own. */
  readonly spawner?: string;
  readonly policyWorker: URL;
}

type HostAdapters = Pick<
  MemberAdapters,
  'openStore' | 'createRunners' | 'missingAgents' | 'createWatchdog' | 'createCodec' | 'policyWorker'
>;

/** Disk, processes and watchdog of this machine. */
export function hostAdapters(programs: ProgramFiles): HostAdapters {
  return {
    policyWorker: programs.policyWorker,
    openStore: (path) => openStore({ path }),
    createRunners: ({ configuration, paths, logger }) => {
      const executor = createHostExecutor({
        logger,
        ocfRoot: configuration.ocfRoot,
        ocfFolders: configuration.agentDirs,
        fenceFolders: configuration.fenceAgentDirs,
        runFolder: paths.agents,
        notesFolder: paths.operations,
        environment: agentEnvironment(configuration),
        ...(programs.spawner === undefined ? {} : { spawnerPath: programs.spawner }),
      });
      return { agents: executor.agentRunner, fences: executor.fenceRunner };
    },
    missingAgents: ({ ocfRoot, agentDirs, fenceAgentDirs }, agents) =>
      missingAgents(agents, { ocfRoot, ocfFolders: agentDirs, fenceFolders: fenceAgentDirs }),
    createWatchdog: (configuration, logger) =>
      configuration.watchdog === null
        ? new NoWatchdog()
        : new LinuxWatchdog({ device: configuration.watchdog, logger }),
    createCodec: ({ clusterUuid }) => envelopeCodec(clusterUuid),
  };
}

/** Agents find the daemon that runs them by its socket, and development daemons mark what they start. */
function agentEnvironment(configuration: LocalConfiguration): Readonly<Record<string, string>> {
  const { marker } = configuration.development;
  return {
    HOLDFAST_SOCKET: configuration.socket,
    HOLDFAST_NODE: configuration.name,
    ...(marker === null ? {} : { HOLDFAST_DEV_NODE: marker }),
  };
}

function envelopeCodec(clusterUuid: string): EnvelopeCodec {
  return {
    encode: (message) => encodeEnvelope(message as Envelope),
    decode: (bytes) => decodePeerEnvelope(bytes, clusterUuid),
    encodeGossip,
    decodeGossip,
  };
}

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { HoldfastError } from '@holdfast/model';
import { clientOf } from './dev-faults.ts';
import {
  type DevClusterRecord,
  type DevMember,
  layOutMembers,
  readDevRecord,
  writeDevRecord,
  writeMemberConfiguration,
} from './dev-layout.ts';
import { DevSupervisor, killMembers } from './dev-supervisor.ts';
import { freePort, freeSubnet } from './free-address.ts';
import { loadConfiguration } from './load-configuration.ts';
import { signalProcess } from './marked-processes.ts';
import { waitUntil } from './wait-until.ts';

export interface DevClusterOptions {
  /** Where everything of the cluster is kept; emptied at the start. */
  readonly directory: string;
  /** @default 3 */
  readonly nodes?: number;
  /** Networks between the members. @default 1 */
  readonly links?: number;
  /** Folder with `cluster.crm`; absent: an empty configuration. */
  readonly example?: string;
  /** Root of the installation: where the bundles, agents and examples are. */
  readonly root: string;
  readonly httpPort?: number;
  /** Further settings of each member's local configuration. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly restartDelayMs?: number;
  /** Told what is done, one line each. */
  readonly progress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** A running development cluster: real daemons on loopback addresses, without root. */
export interface DevCluster {
  readonly record: DevClusterRecord;
  readonly supervisor: DevSupervisor;
  /** Ends everything. */
  stop(): Promise<void>;
}

const CLUSTER_NAME = 'first-cluster';
const PORT = 7420;
/** Services that do not stop within this time are killed: it is a development cluster. */
const ORDERLY_STOP_MS = 4_000;

/**
 * Boots a cluster as in production: every machine starts its daemon, the first founds the cluster, the others join with
 * a token each, then the example is configured.
 * @throws HoldfastError TIMEOUT, or the error of the step that failed; nothing is left running then
 */
export async function startDevCluster(options: DevClusterOptions): Promise<DevCluster> {
  const directory = resolve(options.directory);
  refuseSecondCluster(directory);
  const nodes = options.nodes ?? 3;
  const links = options.links ?? 1;
  killMembers(layOutMembers({ directory, nodes: 9, subnet: 0 }));
  rmSync(directory, { recursive: true, force: true });
  const subnet = await freeSubnet(nodes, links, PORT);
  const members = layOutMembers({ directory, nodes, subnet, links });
  for (const member of members) prepareMember(member, options);
  const httpPort = await freePort(options.httpPort ?? 8080);
  const record: DevClusterRecord = {
    clusterName: CLUSTER_NAME,
    supervisorPid: process.pid,
    members,
    endpoint: `127.0.0.1:${httpPort}`,
    service: `127.0.0.1:${await freePort(httpPort + 1)}`,
    dataDirectory: join(directory, 'data'),
  };
  mkdirSync(record.dataDirectory, { recursive: true });
  writeDevRecord(directory, record);
  const supervisor = new DevSupervisor({
    members,
    launch: (member) => ({
      // The launcher, as the systemd unit does.
      command: join(options.root, 'packages/daemon/dist/bundle/holdfastd'),
      args: ['--config', member.configFile],
    }),
    ...(options.restartDelayMs === undefined ? {} : { restartDelayMs: options.restartDelayMs }),
  });
  const stop = async (): Promise<void> => {
    supervisor.stopRestarting();
    if (await stopOrderly(record)) await supervisor.allEnded(ORDERLY_STOP_MS);
    await supervisor.stopAll(1_000);
    rmSync(join(directory, 'cluster.json'), { force: true });
  };
  try {
    supervisor.startAll();
    await formCluster(record, options);
    if (options.example) await configureExample(record, options.example);
  } catch (error) {
    await stop();
    throw error;
  }
  return { record, supervisor, stop };
}

/** Stops the services and all members together, as `holdfast cluster stop --all` does, if the cluster can still do that. */
async function stopOrderly(record: DevClusterRecord): Promise<boolean> {
  for (const member of record.members) {
    try {
      await clientOf(member).stopAll({ timeoutMs: 5_000 });
      return true;
    } catch {
      // Another member may be able to.
    }
  }
  return false;
}

function refuseSecondCluster(directory: string): void {
  if (!existsSync(join(directory, 'cluster.json'))) return;
  const { supervisorPid } = readDevRecord(directory);
  if (supervisorPid === process.pid || !signalProcess(supervisorPid, 'SIGCONT')) return;
  throw new HoldfastError('STORE_LOCKED', { path: directory });
}

function prepareMember(member: DevMember, options: DevClusterOptions): void {
  mkdirSync(dirname(member.socket), { recursive: true });
  const { root } = options;
  writeMemberConfiguration(member, {
    agentDirs: [join(root, 'resource-agents/dist/ocf')],
    fenceAgentDirs: [join(root, 'resource-agents/dist/fence'), '/usr/sbin'],
    stopTimeoutMs: 10_000,
    ...options.settings,
  });
}

async function formCluster(record: DevClusterRecord, options: DevClusterOptions): Promise<void> {
  const progress = options.progress ?? (() => undefined);
  const wait = { timeoutMs: 30_000, signal: options.signal };
  const [first, ...others] = record.members;
  if (!first) return;
  for (const member of record.members) {
    await waitUntil({ ...wait, operation: `the start of ${member.name}` }, () => clientOf(member).daemon());
  }
  progress(`${first.name}: holdfast cluster init ${record.clusterName}`);
  await clientOf(first).init({ clusterName: record.clusterName });
  for (const member of others) {
    const { token } = await waitUntil({ ...wait, operation: 'a join token' }, () =>
      clientOf(first).token({ name: member.name }),
    );
    progress(`${member.name}: holdfast cluster join ${token.slice(0, 12)}...`);
    await clientOf(member).join(token, { timeoutMs: 30_000 });
  }
  await waitUntil({ ...wait, operation: 'the join of every member' }, async () => {
    const status = await clientOf(first).status();
    const ready = status.nodes.filter((node) => node.state === 'online' && node.voter);
    return ready.length === record.members.length ? status : undefined;
  });
}

async function configureExample(record: DevClusterRecord, example: string): Promise<void> {
  const text = fillTemplate(readFileSync(join(example, 'cluster.crm'), 'utf8'), {
    example: resolve(example),
    data: record.dataDirectory,
    endpoint: record.endpoint,
    service: record.service,
    node: process.execPath,
    cluster: dirname(record.dataDirectory),
    members: record.members.map(({ name }) => name).join(' '),
    marker: record.members[0]?.marker.replace(/[^/]+$/, '%n') ?? '%n',
  });
  const member = record.members[0];
  if (member) await loadConfiguration(clientOf(member), text, join(example, 'cluster.crm'));
}

/** Puts values for `{name}` in an example's configuration, except in its comments, which explain them. */
export function fillTemplate(text: string, values: Readonly<Record<string, string>>): string {
  return text
    .split('\n')
    .map((line) =>
      line.startsWith('#')
        ? line
        : line.replace(/\{([a-z-]+)\}/g, (whole, name: string) => values[name] ?? whole),
    )
    .join('\n');
}

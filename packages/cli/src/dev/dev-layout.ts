import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { HoldfastError } from '@holdfast/model';

/** One member of a development cluster on this machine. */
export interface DevMember {
  readonly name: string;
  /** `host:port` per link. */
  readonly addresses: readonly string[];
  readonly directory: string;
  readonly configFile: string;
  readonly socket: string;
  readonly logFile: string;
  readonly pidFile: string;
  /** Where its agents keep their state. */
  readonly agentsDirectory: string;
  /** Says `off` while the machine is switched off; written by fence_dev. */
  readonly powerFile: string;
  /** Value of HOLDFAST_DEV_NODE of the daemon and of everything it starts. */
  readonly marker: string;
}

/** What a second terminal has to know; kept in `DIR/cluster.json` while the cluster runs. */
export interface DevClusterRecord {
  readonly clusterName: string;
  readonly supervisorPid: number;
  readonly members: readonly DevMember[];
  /** `host:port` of the example's endpoint. */
  readonly endpoint: string;
  /** `host:port` on which the example's service itself listens. */
  readonly service: string;
  /** The example's shared data. */
  readonly dataDirectory: string;
}

/** Directory of the development cluster of a working directory. */
export function defaultDevDirectory(workingDirectory: string): string {
  return join(workingDirectory, '.holdfast', 'dev');
}

/** Linux limits the path of a Unix socket to 107 bytes. */
const SOCKET_PATH_LIMIT = 107;

export interface DevLayoutOptions {
  readonly directory: string;
  readonly nodes: number;
  /** Third octet of the members' loopback addresses, 127.0.N.x. */
  readonly subnet: number;
  readonly links?: number;
}

/** Names and paths of the members; touches nothing. */
export function layOutMembers(options: DevLayoutOptions): DevMember[] {
  const id = createHash('sha256').update(options.directory).digest('hex').slice(0, 8);
  return Array.from({ length: options.nodes }, (_, index) => {
    const name = `n${index + 1}`;
    const directory = join(options.directory, name);
    const near = join(directory, 'holdfast.sock');
    const fits = Buffer.byteLength(near) <= SOCKET_PATH_LIMIT;
    const socket = fits ? near : join(tmpdir(), `holdfast-${id}-${name}`, 'holdfast.sock');
    return {
      name,
      addresses: Array.from(
        { length: options.links ?? 1 },
        (_, link) => `127.0.${options.subnet + link}.${index + 1}:7420`,
      ),
      directory,
      configFile: join(directory, 'holdfast.json'),
      socket,
      logFile: join(directory, 'holdfastd.log'),
      agentsDirectory: join(directory, 'state', 'agents'),
      powerFile: join(directory, 'power'),
      pidFile: join(dirname(socket), 'holdfastd.pid'),
      marker: `${id}/${name}`,
    };
  });
}

/** Writes a member's local configuration. */
export function writeMemberConfiguration(
  member: DevMember,
  settings: Readonly<Record<string, unknown>>,
): void {
  mkdirSync(member.directory, { recursive: true });
  const configuration = {
    name: member.name,
    stateDir: join(member.directory, 'state'),
    socket: member.socket,
    links: member.addresses.map((listen) => ({ listen })),
    logFile: member.logFile,
    development: { control: true, marker: member.marker },
    ...settings,
  };
  writeFileSync(member.configFile, `${JSON.stringify(configuration, null, 2)}\n`);
}

export function writeDevRecord(directory: string, record: DevClusterRecord): void {
  const path = join(directory, 'cluster.json');
  writeFileSync(`${path}.new`, JSON.stringify(record, null, 2));
  renameSync(`${path}.new`, path);
}

/** @throws HoldfastError NOT_CONNECTED when no development cluster was started in the directory */
export function readDevRecord(directory: string): DevClusterRecord {
  const path = join(directory, 'cluster.json');
  if (!existsSync(path)) {
    const problem = 'no development cluster was started here: run npm start, or holdfast dev';
    throw new HoldfastError('NOT_CONNECTED', { socket: path, problem });
  }
  return JSON.parse(readFileSync(path, 'utf8')) as DevClusterRecord;
}

/** @throws HoldfastError NO_SUCH_OBJECT */
export function findMember(record: DevClusterRecord, name: string): DevMember {
  const member = record.members.find((candidate) => candidate.name === name);
  if (!member) throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'node', id: name });
  return member;
}

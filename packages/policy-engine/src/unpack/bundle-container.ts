import type { Bundle } from '@holdfast/model';

/**
 * Paths that are part of what a container is started with. They enter the digest of its parameters, so other
 * values would make every running container look changed.
 */
const LOG_FOLDER = '/var/log/pacemaker/bundles';
const AUTHENTICATION_KEY = '/etc/pacemaker/authkey';
const REMOTE_EXECUTOR = '/usr/sbin/pacemaker-remoted';
const DEFAULT_PORT = '3121';

export interface ContainerPlace {
  readonly offset: number;
  /** Name of the replica, `BUNDLE-OFFSET`. */
  readonly name: string;
  /** Addresses of all replicas; empty without an address range. */
  readonly addresses: readonly string[];
  readonly addHost: boolean;
}

/** The parameters of the container agent for one replica. */
export function containerParameters(bundle: Bundle, place: ContainerPlace): Record<string, string> {
  const { attributes, runtime } = bundle.container;
  const command = attributes['run-command'] ?? (bundle.child === undefined ? undefined : REMOTE_EXECUTOR);
  const mounts = containerMounts(bundle, place.name);
  return {
    ...(attributes['image'] === undefined ? {} : { image: attributes['image'] }),
    allow_pull: 'true',
    force_kill: 'false',
    reuse: 'false',
    run_opts: runOptions(bundle, place, runtime === 'docker', mounts),
    mount_points: mounts.flatMap(({ source, owned }) => (owned ? [source] : [])).join(','),
    ...(command === undefined ? {} : { run_cmd: command }),
    monitor_cmd: '/bin/true',
  };
}

interface Mount {
  readonly source: string;
  readonly target: string;
  readonly options?: string;
  /** The replica has a folder of its own on the host. */
  readonly owned: boolean;
}

function containerMounts(bundle: Bundle, name: string): Mount[] {
  const configured = bundle.storage.flatMap((mapping): Mount[] => {
    const root = mapping['source-dir-root'];
    const source = root === undefined ? mapping['source-dir'] : `${root}/${name}`;
    const target = mapping['target-dir'];
    if (source === undefined || target === undefined) return [];
    const { options } = mapping;
    return [{ source, target, owned: root !== undefined, ...(options === undefined ? {} : { options }) }];
  });
  if (bundle.child === undefined) return configured;
  return [
    ...configured,
    { source: AUTHENTICATION_KEY, target: AUTHENTICATION_KEY, owned: false },
    { source: `${LOG_FOLDER}/${name}`, target: '/var/log', owned: true },
  ];
}

function runOptions(
  bundle: Bundle,
  place: ContainerPlace,
  docker: boolean,
  mounts: readonly Mount[],
): string {
  const { network: mode, options } = bundle.container.attributes;
  const { 'control-port': controlPort, 'ip-range-start': range } = bundle.network?.attributes ?? {};
  const address = place.addresses[place.offset];
  const words: string[] = [];
  if (docker) words.push('--restart=no');
  // With an address of its own the container also has a name of its own.
  if (range !== undefined) words.push(`-h ${place.name}`);
  words.push('-e PCMK_stderr=1');
  if (mode !== undefined) words.push(`--net=${mode}`);
  words.push(`-e PCMK_remote_port=${controlPort ?? DEFAULT_PORT}`);
  for (const mount of mounts) {
    words.push(`-v ${mount.source}:${mount.target}${mount.options === undefined ? '' : `:${mount.options}`}`);
  }
  for (const { host, inside } of containerPorts(bundle)) {
    if (address !== undefined) words.push(`-p ${address}:${host}:${inside}`);
    else if (mode !== 'host') words.push(`-p ${host}:${inside}`);
  }
  if (options !== undefined) words.push(options);
  const hosts = place.addHost
    ? place.addresses.map((each, offset) => ` --add-host=${bundle.id}-${offset}:${each}`).join('')
    : '';
  return ` ${words.join(' ')} ${hosts}`;
}

function containerPorts(bundle: Bundle): { host: string; inside: string }[] {
  const mapped = (bundle.network?.portMappings ?? []).flatMap((mapping) => {
    const host = mapping['port'] ?? mapping['range'];
    return host === undefined ? [] : [{ host, inside: mapping['internal-port'] ?? host }];
  });
  if (bundle.child === undefined) return mapped;
  const control = bundle.network?.attributes['control-port'] ?? DEFAULT_PORT;
  return [...mapped, { host: control, inside: control }];
}

import type { AttributeBlock, Bundle, Clone, OperationDefinition, Primitive } from '@holdfast/model';
import { containerParameters } from './bundle-container.ts';

/** The implicit resources of one replica, as if they had been configured. */
export interface ReplicaParts {
  readonly offset: number;
  /** Name of the guest node and of the connection to it. */
  readonly name: string;
  readonly address?: string;
  /** The address as a resource, with an address range only. */
  readonly ip?: Primitive;
  readonly container: Primitive;
  /** The connection into the container; only if there is a resource inside that can be reached. */
  readonly connection?: Primitive;
}

/** Everything a bundle stands for. */
export interface BundleParts {
  readonly replicasPerHost: number;
  readonly promotedMax: number;
  readonly controlPort: string | undefined;
  readonly image: string | undefined;
  /** Each container is told the addresses of all (`add-host`). */
  readonly addHost: boolean;
  readonly replicas: readonly ReplicaParts[];
  /** Implicit clone of the resource inside: one instance per replica. */
  readonly clone?: Clone;
}

/** The port of remote connections where a bundle names none. */
export const DEFAULT_REMOTE_PORT = '3121';

/**
 * The implicit resources of a bundle (Pacemaker Explained, "Bundles"): per replica an address, a container and
 * a connection, and over all replicas a clone of the resource inside.
 */
export function bundleParts(bundle: Bundle, count: number): BundleParts {
  const { attributes, runtime } = bundle.container;
  const network = bundle.network?.attributes ?? {};
  const promotedMax = positive(attributes['promoted-max'] ?? attributes['masters'], 0);
  const firstAddress = network['ip-range-start'];
  const controlPort = network['control-port'];
  const perHost = Math.max(1, positive(attributes['replicas-per-host'], 1));
  // Without addresses, connections to what is inside replicas on one host could not be told apart.
  const replicasPerHost = firstAddress === undefined && bundle.child !== undefined ? 1 : perHost;
  const reachable = bundle.child !== undefined && (firstAddress !== undefined || controlPort !== undefined);
  const addresses = firstAddress === undefined ? [] : addressRange(firstAddress, count);
  const addHost = !/^(false|no|off|n|0)$/i.test(network['add-host'] ?? 'true');
  const replicas = Array.from({ length: count }, (_unused, offset): ReplicaParts => {
    const name = `${bundle.id}-${offset}`;
    const address = addresses[offset];
    const containerId = `${bundle.id}-${runtime}-${offset}`;
    return {
      offset,
      name,
      ...(address === undefined ? {} : { address, ip: addressPrimitive(bundle, address) }),
      container: implicitPrimitive({
        id: containerId,
        provider: 'heartbeat',
        type: runtime,
        params: containerParameters(bundle, { offset, name, addresses, addHost }),
        operations: [operation('monitor', '60s')],
      }),
      ...(reachable
        ? {
            connection: connectionPrimitive(
              name,
              containerId,
              address ?? '#uname',
              controlPort ?? DEFAULT_REMOTE_PORT,
            ),
          }
        : {}),
    };
  });
  return {
    replicasPerHost,
    promotedMax,
    controlPort,
    image: attributes['image'],
    addHost,
    replicas,
    ...(reachable ? { clone: implicitClone(bundle, count, replicasPerHost, promotedMax) } : {}),
  };
}

function positive(text: string | undefined, fallback: number): number {
  const value = /^\+?\d{1,9}$/.test(text ?? '') ? Number(text) : fallback;
  return value;
}

/** The next addresses of a range, counted up in the last two numbers. */
function addressRange(first: string, count: number): string[] {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(first);
  if (!match) return [first];
  const [a, b, c, d] = match.slice(1).map(Number) as [number, number, number, number];
  return Array.from({ length: count }, (_unused, offset) => {
    const low = c * 256 + d + offset;
    return `${a}.${b}.${Math.floor(low / 256)}.${low % 256}`;
  });
}

function addressPrimitive(bundle: Bundle, address: string): Primitive {
  const network = bundle.network?.attributes ?? {};
  const device = network['host-interface'];
  return implicitPrimitive({
    id: `${bundle.id}-ip-${address}`,
    provider: 'heartbeat',
    type: 'IPaddr2',
    params: {
      ip: address,
      ...(device === undefined ? {} : { nic: device }),
      cidr_netmask: network['host-netmask'] ?? '32',
    },
    operations: [operation('monitor', '60s')],
  });
}

function connectionPrimitive(name: string, containerId: string, address: string, port: string): Primitive {
  return implicitPrimitive({
    id: name,
    provider: 'pacemaker',
    type: 'remote',
    params: { addr: address, port },
    meta: { internal_rsc: 'true', container: containerId },
    operations: [operation('monitor', '30s', '30s')],
  });
}

function implicitClone(bundle: Bundle, count: number, perHost: number, promotedMax: number): Clone {
  const child = bundle.child as Primitive;
  const promotable = promotedMax > 0;
  return {
    kind: 'clone',
    // The old word in the name keeps histories and running instances valid.
    id: `${bundle.id}-${promotable ? 'master' : 'clone'}`,
    meta: block({
      ordered: 'true',
      'clone-max': String(count),
      'clone-node-max': String(perHost),
      'globally-unique': String(perHost > 1),
      ...(promotable ? { promotable: 'true', 'promoted-max': String(promotedMax) } : {}),
    }),
    params: [],
    child,
  };
}

function operation(name: string, interval: string, timeout?: string): OperationDefinition {
  const attributes = { interval, ...(timeout === undefined ? {} : { timeout }) };
  return { name, attributes, params: [], meta: [] };
}

function block(values: Readonly<Record<string, string>>): AttributeBlock[] {
  const pairs = Object.entries(values).map(([name, value]) => ({ name, value }));
  return pairs.length === 0 ? [] : [{ rules: [], pairs }];
}

interface ImplicitInit {
  readonly id: string;
  readonly provider: string;
  readonly type: string;
  readonly params: Readonly<Record<string, string>>;
  readonly meta?: Readonly<Record<string, string>>;
  readonly operations: readonly OperationDefinition[];
}

function implicitPrimitive({ id, provider, type, params, meta = {}, operations }: ImplicitInit): Primitive {
  return {
    kind: 'primitive',
    id,
    class: 'ocf',
    provider,
    type,
    meta: block(meta),
    params: block(params),
    utilization: [],
    operations,
  };
}

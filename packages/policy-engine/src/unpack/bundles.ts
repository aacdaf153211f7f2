import type { Bundle } from '@holdfast/model';
import type { ReplicaState } from '../state/bundle-state.ts';
import { Discovery } from '../state/node-table.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { bundleParts, type ReplicaParts } from './bundle-parts.ts';
import { readMeta } from './meta.ts';
import { replicaCount } from './replica-count.ts';
import { readResourceOptions } from './resource-options.ts';
import { createInstance, unpackResource } from './resources.ts';
import type { UnpackContext } from './unpack-context.ts';

const NEVER = -1_000_000;
/** What makes the instance inside prefer its own replica over anything. */
const OWN_REPLICA_SCORE = 500;

/**
 * Builds a bundle with its implicit resources. Rule: nothing but the resource inside may run on a replica's
 * node, each instance only on its own, and connections only on cluster nodes.
 */
export function unpackBundle(context: UnpackContext, configured: Bundle): ResourceInstance {
  const bundle = createInstance(context, { kind: 'bundle', configured, parent: undefined });
  const parts = bundleParts(configured, replicaCount(context, configured));
  readMeta(context, bundle, configured.meta);
  bundle.unique = parts.replicasPerHost > 1;
  readResourceOptions(context, bundle);
  bundle.bundle = {
    runtime: configured.container.runtime,
    replicas: [],
    replicasPerHost: parts.replicasPerHost,
    promotedMax: parts.promotedMax,
    child: undefined,
    image: parts.image,
    controlPort: parts.controlPort,
    addHost: parts.addHost,
  };
  const clone = parts.clone === undefined ? undefined : unpackResource(context, parts.clone, bundle);
  if (clone !== undefined) {
    bundle.bundle.child = clone;
    bundle.children.push(clone);
  }
  for (const replica of parts.replicas) {
    bundle.bundle.replicas.push(unpackReplica(context, bundle, replica, clone?.children[replica.offset]));
  }
  return bundle;
}

function unpackReplica(
  context: UnpackContext,
  bundle: ResourceInstance,
  parts: ReplicaParts,
  child: ResourceInstance | undefined,
): ReplicaState {
  const implicit = (configured: ReplicaParts['ip']): ResourceInstance | undefined => {
    if (configured === undefined) return undefined;
    const resource = unpackResource(context, configured, bundle);
    bundle.children.push(resource);
    return resource;
  };
  const ip = implicit(parts.ip);
  const container = implicit(parts.container);
  const node = context.state.nodesByName.get(parts.name);
  if (node !== undefined && parts.connection !== undefined) node.replicaRead = true;
  const remote = implicit(parts.connection);
  const replica: ReplicaState = {
    offset: parts.offset,
    bundle,
    ipAddress: parts.address,
    ip,
    container,
    remote,
    child,
    node: undefined,
  };
  for (const resource of [ip, container, remote, child]) if (resource) resource.replica = replica;
  if (container !== undefined && child !== undefined) moveUtilization(child, container);
  if (remote !== undefined && child !== undefined) connect(context, bundle, replica, remote, child);
  return replica;
}

/** What the inside needs is taken from the host of its container. */
function moveUtilization(child: ResourceInstance, container: ResourceInstance): void {
  for (const [name, value] of child.utilization) container.utilization.set(name, value);
  child.utilization.clear();
}

function connect(
  context: UnpackContext,
  bundle: ResourceInstance,
  replica: ReplicaState,
  remote: ResourceInstance,
  child: ResourceInstance,
): void {
  const { state } = context;
  const node = state.nodesByName.get(remote.id);
  if (node === undefined) return;
  replica.node = node;
  // Clones read from here on have room for an instance here, too, unless they say otherwise.
  context.nodesSeen++;
  for (const each of state.nodes)
    if (each.isRemoteKind && remote.allowed.has(each.index))
      remote.allowed.set(each.index, NEVER, '#members-only');
  child.allowed.clear();
  child.allowed.set(node.index, OWN_REPLICA_SCORE, '#replica');
  child.allowed.discovery[node.index] = Discovery.exclusive;
  bundle.bundle?.child?.allowed.set(node.index, NEVER, '#replica');
  if (replica.ipAddress !== undefined) child.meta.set('external-ip', replica.ipAddress);
  // The container may be on a remote node, the connection into it may not.
  remote.allowRemoteRemotes = true;
  remote.launcher = replica.container;
  remote.allowRemoteRemotes = true;
  node.connection = remote;
  remote.remoteNode = node;
  node.attributes.set('#kind', 'container');
}

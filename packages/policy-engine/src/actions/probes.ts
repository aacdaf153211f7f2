import { locationOf } from '../assign/clone-colocation.ts';
import { instanceNumber } from '../assign/instance-order.ts';
import { addOrdering } from '../internal-constraints/add-ordering.ts';
import { type Action, ActionFlag } from '../state/action.ts';
import type { ClusterState } from '../state/cluster-state.ts';
import type { NodeInstance } from '../state/node-instance.ts';
import { Discovery } from '../state/node-table.ts';
import { OrderFlag } from '../state/ordering.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { Role } from '../state/role.ts';
import { fenceNode } from '../unpack/fence-node.ts';
import { isTrue } from '../unpack/option-values.ts';
import { createAction, findAction } from './create-action.ts';
import { orderAfterUnfencing } from './primitive-actions.ts';

/** Probes every resource on every node where its state is not known yet. */
export function scheduleProbes(state: ClusterState): void {
  for (const node of state.nodes) {
    if (!node.online) {
      if (node.isRemote && node.connection?.failed) {
        fenceNode({ state }, node, 'the connection is unrecoverable', false);
      }
      continue;
    }
    if (node.unclean || !node.discoveryEnabled) continue;
    const probed = node.attributes.get('probe_complete');
    if (probed !== undefined && !isTrue(probed)) {
      // Left by old versions: ask the node to probe again.
      const again = createAction(state, {
        key: `probe_complete-${node.name}`,
        task: 'probe_complete',
        node,
        optional: false,
      });
      again.meta.set('op_no_wait', 'true');
      continue;
    }
    for (const resource of state.resources) probe(state, resource, node);
  }
}

/** Schedules the probe of a resource (or its parts) on a node if one is needed. */
export function probe(state: ClusterState, resource: ResourceInstance, node: NodeInstance): boolean {
  switch (resource.kind) {
    case 'primitive':
      return probePrimitive(state, resource, node);
    case 'group':
      return probeAll(state, resource.children, node);
    case 'clone':
      return probeClone(state, resource, node);
    case 'bundle':
      return probeBundle(state, resource, node);
  }
}

function probeAll(state: ClusterState, resources: readonly ResourceInstance[], node: NodeInstance): boolean {
  let any = false;
  for (const resource of resources) any = probe(state, resource, node) || any;
  return any;
}

/** Of an anonymous clone one instance stands for all on a node: one that will be, is or was there, or the first. */
function probeClone(state: ClusterState, clone: ResourceInstance, node: NodeInstance): boolean {
  const { allowed } = clone;
  if (
    clone.exclusiveDiscovery &&
    allowed.has(node.index) &&
    allowed.discovery[node.index] !== Discovery.exclusive
  ) {
    allowed.remove(node.index);
    return false;
  }
  clone.children.sort((a, b) => instanceNumber(a) - instanceNumber(b));
  if (clone.unique) return probeAll(state, clone.children, node);
  const there =
    clone.children.find((instance) => locationOf(instance) === node) ??
    clone.children.find(({ runningOn }) => runningOn.includes(node)) ??
    clone.children.find(({ knownOn }) => knownOn.has(node.index));
  const instance = there ?? clone.children[0];
  return instance !== undefined && probe(state, instance, node);
}

function probeBundle(state: ClusterState, bundle: ResourceInstance, node: NodeInstance): boolean {
  let any = false;
  for (const replica of bundle.bundle?.replicas ?? []) {
    if (replica.ip && probe(state, replica.ip, node)) any = true;
    if (replica.child && replica.node === node && probe(state, replica.child, node)) any = true;
    if (replica.container && probe(state, replica.container, node)) {
      any = true;
      orderBeforeOtherContainers(state, bundle, replica.container);
    }
    if (replica.container && replica.remote && probe(state, replica.remote, node)) {
      // The connection can only be probed where the container is known to run.
      any = true;
      const remoteProbe = findAction(replica.remote, { key: replica.remote.key('monitor') }, node);
      if (remoteProbe !== undefined) {
        addOrdering(
          state,
          { resource: replica.container, key: replica.container.key('start') },
          { action: remoteProbe },
          OrderFlag.nestedRemoteProbe,
        );
      }
    }
  }
  return any;
}

/** If a host has room for one replica only, none starts there before it is known that no other one runs there. */
function orderBeforeOtherContainers(
  state: ClusterState,
  bundle: ResourceInstance,
  container: ResourceInstance,
): void {
  if ((bundle.bundle?.replicasPerHost ?? 1) > 1) return;
  for (const other of bundle.bundle?.replicas ?? []) {
    if (other.container === undefined || other.container === container) continue;
    addOrdering(
      state,
      { resource: container, key: container.key('monitor') },
      { resource: other.container, key: other.container.key('start') },
      OrderFlag.ordered | OrderFlag.ifOnSameNode,
    );
  }
}

/** Whether the history tells a resource's state on a node; anonymous instances speak for each other. */
export function isKnown(resource: ResourceInstance, node: NodeInstance): boolean {
  if (resource.knownOn.has(node.index)) return true;
  if (resource.unique) return false;
  const top = resource.top();
  if (!top.isClone) return false;
  if (resource.parent === top) return top.knownOn.has(node.index);
  for (const instance of top.children) {
    for (const member of instance.children) {
      if (member.configured.id === resource.configured.id && member.knownOn.has(node.index)) return true;
    }
  }
  return false;
}

/** A guest node in a guest node is not supported. */
function hostsNode(resource: ResourceInstance): boolean {
  if (resource.replica?.container === resource) return resource.replica.remote !== undefined;
  return resource.launched.some((inner) => inner.isRemoteConnection);
}

function needsProbe(resource: ResourceInstance, node: NodeInstance): boolean {
  if (node.kind === 'remote') {
    if (resource.fenceDevice || resource.isRemoteConnection) return false;
    if (node.isGuest && hostsNode(resource)) return false;
  }
  if (resource.launcher !== undefined && !resource.isRemoteConnection) return false;
  if (resource.removed || isKnown(resource, node)) return false;
  const { allowed } = resource;
  const exclusive = resource.exclusiveDiscovery || resource.top().exclusiveDiscovery;
  if (exclusive) {
    if (!allowed.has(node.index)) return false;
    if (allowed.discovery[node.index] !== Discovery.exclusive) return false;
  }
  // In a bundle's replica there is nothing but what the bundle put there.
  if (node.bundleNode && allowed.discovery[node.index] !== Discovery.exclusive) return false;
  return allowed.discovery[node.index] !== Discovery.never;
}

function probePrimitive(state: ClusterState, resource: ResourceInstance, node: NodeInstance): boolean {
  if (!needsProbe(resource, node)) return false;
  if (node.isGuest && !guestAllowsProbe(state, resource, node)) return false;
  const key = resource.key('monitor');
  const action = createAction(state, { resource, key, task: 'monitor', node, optional: false });
  action.flags &= ~ActionFlag.optional;
  orderAfterUnfencing(state, resource, node, action, OrderFlag.ordered);
  if (!resource.runningOn.includes(node)) expectOfProbe(action, EXPECT_STOPPED);
  else if (resource.role === Role.promoted) expectOfProbe(action, EXPECT_PROMOTED);
  const outer = resource.top();
  const top = outer.isClone ? outer : resource;
  let flags: number = OrderFlag.ordered;
  // A probe that cannot be made prevents a start, but stops nothing that is active.
  if ((action.flags & ActionFlag.runnable) === 0 && top.runningOn.length === 0) {
    flags |= OrderFlag.unrunnableFirstBlocks;
  }
  addOrdering(state, { action }, { resource: top, key: top.key('start') }, flags);
  // All reloads have been scheduled by now.
  const reload = resource.key('reload-agent');
  if (top.actionsByKey.has(reload)) {
    addOrdering(state, { action }, { resource: top, key: reload }, OrderFlag.ordered);
  }
  return true;
}

// There are more probes than all other actions together; what they expect is one of two things.
const EXPECT_STOPPED: ReadonlyMap<string, string> = new Map([['op_target_rc', '7']]);
const EXPECT_PROMOTED: ReadonlyMap<string, string> = new Map([['op_target_rc', '8']]);

function expectOfProbe(probe: Action, expected: ReadonlyMap<string, string>): void {
  if (!probe.hasMeta) probe.shareMeta(expected);
  else for (const [name, value] of expected) probe.meta.set(name, value);
}

/**
 * Nothing is probed in a guest that is down, will be down (also in order to be reset), or moves. One that restarts
 * where it is, even if it is active elsewhere, too, is probed once it is up again.
 */
function guestAllowsProbe(state: ClusterState, resource: ResourceInstance, node: NodeInstance): boolean {
  const guest = node.connection?.launcher;
  if (guest === undefined) return true;
  if (guest.role === Role.stopped) {
    // The guest is stopped, so nothing runs there; and if it has no host, nothing will start there either.
    if (guest.assignedTo !== undefined) addOrderingBeforeStart(state, guest, resource);
    return false;
  }
  const moves = guest.assignedTo !== undefined && !guest.runningOn.includes(guest.assignedTo);
  if (guest.nextRole === Role.stopped || moves || guest.failed || node.remoteRequiresReset) {
    addOrderingBeforeStart(state, guest, resource);
    return false;
  }
  return true;
}

function addOrderingBeforeStart(
  state: ClusterState,
  guest: ResourceInstance,
  resource: ResourceInstance,
): void {
  addOrdering(
    state,
    { resource: guest, key: guest.key('stop') },
    { resource: resource.top(), key: resource.top().key('start') },
    OrderFlag.ordered,
  );
}

import type { Primitive } from '@holdfast/model';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { unpackResource } from './resources.ts';
import type { UnpackContext } from './unpack-context.ts';

/**
 * A primitive with `remote-node` hosts a guest node. Its connection is an implicit resource of its own, listed
 * after the configured ones.
 */
export function unpackGuestConnections(context: UnpackContext): void {
  const { state } = context;
  for (const top of [...state.resources]) {
    for (const host of primitivesIn(top)) {
      const name = host.meta.get('remote-node');
      if (name === undefined || host.removed) continue;
      const own = host.configured.meta.some((block) =>
        block.pairs.some((pair) => pair.name === 'remote-node'),
      );
      if (!own || state.allResources.some((other) => other.id === name)) continue;
      state.resources.push(unpackResource(context, guestConnection(host, name), undefined));
    }
  }
}

function* primitivesIn(resource: ResourceInstance): Iterable<ResourceInstance> {
  if (resource.isPrimitive) yield resource;
  else if (!resource.isBundle) for (const child of resource.children) yield* primitivesIn(child);
}

/** The implicit connection resource of a guest node. */
export function guestConnection(host: ResourceInstance, name: string): Primitive {
  const meta = host.meta;
  return connectionPrimitive({
    id: name,
    container: host.configured.id,
    allowMigrate: meta.get('remote-allow-migrate'),
    isManaged: meta.get('is-managed'),
    connectTimeout: meta.get('remote-connect-timeout') ?? '60s',
    address: meta.get('remote-addr'),
    port: meta.get('remote-port'),
  });
}

/** The primitive that a connection to a guest node is. */
export function connectionPrimitive(init: {
  id: string;
  container: string;
  allowMigrate?: string | undefined;
  isManaged?: string | undefined;
  connectTimeout?: string | undefined;
  address?: string | undefined;
  port?: string | undefined;
}): Primitive {
  const pairs: { name: string; value: string }[] = [
    { name: 'internal_rsc', value: 'true' },
    { name: 'container', value: init.container },
  ];
  if (init.allowMigrate !== undefined) pairs.push({ name: 'allow-migrate', value: init.allowMigrate });
  if (init.isManaged !== undefined) pairs.push({ name: 'is-managed', value: init.isManaged });
  const params: { name: string; value: string }[] = [];
  if (init.address !== undefined) params.push({ name: 'addr', value: init.address });
  if (init.port !== undefined) params.push({ name: 'port', value: init.port });
  const start = init.connectTimeout;
  return {
    kind: 'primitive',
    id: init.id,
    class: 'ocf',
    provider: 'pacemaker',
    type: 'remote',
    meta: [{ rules: [], pairs }],
    params: params.length > 0 ? [{ rules: [], pairs: params }] : [],
    utilization: [],
    operations: [
      {
        name: 'monitor',
        attributes: { name: 'monitor', interval: '30s', timeout: '30s' },
        params: [],
        meta: [],
      },
      ...(start === undefined
        ? []
        : [
            {
              name: 'start',
              attributes: { name: 'start', interval: '0', timeout: start },
              params: [],
              meta: [],
            },
          ]),
    ],
  };
}

/** Ties connection resources to their nodes, and hosts to what they contain. */
export function linkRemoteNodes(context: UnpackContext): void {
  const { state } = context;
  const byId = new Map<string, ResourceInstance>();
  for (const resource of state.allResources) if (!byId.has(resource.id)) byId.set(resource.id, resource);
  for (const resource of state.allResources) {
    if (!resource.isPrimitive) continue;
    const containerId = resource.meta.get('container');
    const launcher = containerId === undefined ? undefined : byId.get(containerId);
    if (launcher !== undefined && launcher !== resource && resource.launcher === undefined) {
      resource.launcher = launcher;
      launcher.launched.push(resource);
    }
    if (!resource.isRemoteConnection) continue;
    const node = state.nodesByName.get(resource.id);
    if (node === undefined || node.connection !== undefined) continue;
    node.connection = resource;
    resource.remoteNode = node;
    if (resource.launcher !== undefined) node.attributes.set('#kind', 'container');
    // Like a member, a remote node is unclean until its status is seen.
    else node.unclean = state.options.startupFencing && state.options.fencingEnabled;
  }
}

import type { AttributeBlock, Bundle, Clone, Group, Primitive, Resource } from '@holdfast/model';
import { block } from './blocks.ts';
import type { Features } from './features.ts';
import { generateFenceDevice, generatePrimitive } from './generate-primitive.ts';
import type { RandomChoices } from './random.ts';

type Kind = 'primitive' | 'group' | 'clone' | 'promotable' | 'bundle' | 'guest' | 'remote';

/** Resources of the kinds that the features name, and always plain ones. */
export function generateResources(random: RandomChoices, features: Features): Resource[] {
  const kinds: Kind[] = ['primitive', 'primitive'];
  if (features.groups) kinds.push('group', 'group');
  if (features.clones || features.clonedGroups) kinds.push('clone', 'clone');
  if (features.promotable) kinds.push('promotable', 'promotable');
  const required: Kind[] = [];
  if (features.bundles) required.push('bundle');
  if (features.guests) required.push('guest');
  if (features.remote) required.push('remote');
  const chosen = Array.from({ length: random.integer(1, 4) }, () => random.pick(kinds));
  const resources = [...required, ...chosen].map((kind, index) =>
    generateResource(random, features, kind, `r${index + 1}`),
  );
  if (features.fenceDevices) resources.push(generateFenceDevice(random));
  return resources;
}

function generateResource(random: RandomChoices, features: Features, kind: Kind, id: string): Resource {
  switch (kind) {
    case 'primitive':
      return generatePrimitive(random, features, id);
    case 'group':
      return generateGroup(random, features, id, false);
    case 'clone':
    case 'promotable':
      return generateClone(random, features, id, kind === 'promotable');
    case 'bundle':
      return generateBundle(random, features, id);
    case 'guest':
      return generateGuestHost(random, features, id);
    case 'remote':
      return generateRemote(random, id);
  }
}

function generateGroup(random: RandomChoices, features: Features, id: string, promotable: boolean): Group {
  const members = Array.from({ length: random.integer(1, 3) }, (_none, at) =>
    generatePrimitive(random, features, `${id}m${at + 1}`, { promotable, inside: true }),
  );
  const meta = block(`${id}-group-meta`, {
    'resource-stickiness': random.chance(0.1) ? '10' : undefined,
    'target-role': random.chance(0.05) ? 'Stopped' : undefined,
  });
  return { kind: 'group', id: `${id}-group`, meta, params: [], members };
}

function generateClone(random: RandomChoices, features: Features, id: string, promotable: boolean): Clone {
  const ofGroup = features.clonedGroups && random.chance(0.6);
  const unique = random.chance(0.12);
  return {
    kind: 'clone',
    id: `${id}-clone`,
    params: [],
    meta: cloneMeta(random, features, `${id}-clone-meta`, promotable, unique),
    child: ofGroup
      ? generateGroup(random, features, id, promotable)
      : generatePrimitive(random, features, id, { promotable, inside: true }),
  };
}

function cloneMeta(
  random: RandomChoices,
  features: Features,
  id: string,
  promotable: boolean,
  unique: boolean,
): AttributeBlock[] {
  const sometimes = (probability: number, values: readonly string[]): string | undefined =>
    random.chance(probability) ? random.pick(values) : undefined;
  return block(id, {
    promotable: promotable ? 'true' : undefined,
    'promoted-max': promotable ? sometimes(0.2, ['2']) : undefined,
    'clone-max': sometimes(0.2, ['1', '2', '3']),
    'clone-node-max': unique ? sometimes(0.5, ['2']) : undefined,
    'clone-min': sometimes(0.08, ['1', '2']),
    interleave: sometimes(0.4, ['true']),
    ordered: sometimes(0.1, ['true']),
    notify: sometimes(features.notifications ? 0.7 : 0.03, ['true']),
    'globally-unique': unique ? 'true' : undefined,
    'target-role': sometimes(0.04, ['Stopped']),
    maintenance: features.maintenance ? sometimes(0.1, ['true']) : undefined,
  });
}

/** Replicas, perhaps with a network, so perhaps with a resource inside. */
function generateBundle(random: RandomChoices, features: Features, id: string): Bundle {
  const withChild = random.chance(0.7);
  const promotable = withChild && random.chance(0.4);
  return {
    kind: 'bundle',
    id: `${id}-bundle`,
    meta: block(`${id}-bundle-meta`, { 'target-role': random.chance(0.05) ? 'Stopped' : undefined }),
    params: [],
    container: {
      runtime: random.pick(['docker', 'podman']),
      attributes: {
        image: 'app:latest',
        replicas: String(random.integer(1, 3)),
        ...(promotable ? { 'promoted-max': '1' } : {}),
        ...(random.chance(0.1) ? { 'replicas-per-host': '2' } : {}),
      },
    },
    ...(withChild || random.chance(0.3)
      ? {
          network: {
            attributes: {
              'control-port': '3121',
              ...(random.chance(0.4) ? { 'ip-range-start': '192.168.122.131' } : {}),
            },
            portMappings: [],
          },
        }
      : {}),
    storage: [],
    ...(withChild ? { child: generatePrimitive(random, features, id, { promotable, inside: true }) } : {}),
  };
}

/** A virtual machine that is a node of its own. */
function generateGuestHost(random: RandomChoices, features: Features, id: string): Primitive {
  const host = generatePrimitive(random, { ...features, templates: false }, id);
  const [meta] = host.meta;
  const pair = { id: `${id}-meta-remote-node`, name: 'remote-node', value: `${id}-guest` };
  return { ...host, meta: [{ id: `${id}-meta`, rules: [], pairs: [...(meta?.pairs ?? []), pair] }] };
}

function generateRemote(random: RandomChoices, id: string): Primitive {
  const interval = random.pick(['10s', '60s']);
  return {
    kind: 'primitive',
    id: `${id}-remote`,
    class: 'ocf',
    provider: 'pacemaker',
    type: 'remote',
    meta: [],
    params: block(`${id}-remote-params`, {
      server: '192.0.2.1',
      reconnect_interval: random.chance(0.2) ? '60s' : undefined,
    }),
    utilization: [],
    operations: random.chance(0.8)
      ? [
          {
            id: `${id}-remote-monitor`,
            name: 'monitor',
            attributes: { interval, timeout: '20s' },
            params: [],
            meta: [],
          },
        ]
      : [],
  };
}

/** Nodes that exist because of a resource: remote nodes, and guests. */
export function impliedNodes(resources: readonly Resource[]): string[] {
  return resources.flatMap((resource) => {
    if (resource.kind !== 'primitive') return [];
    if (resource.type === 'remote') return [resource.id];
    const guest = resource.meta.flatMap(({ pairs }) => pairs).find(({ name }) => name === 'remote-node');
    return guest?.value === undefined ? [] : [guest.value];
  });
}

import { type ClusterInformation, type ConfiguredNode, EMPTY_CONFIGURATION } from '@holdfast/model';
import { block } from './blocks.ts';
import { type Features, pickFeatures } from './features.ts';
import { generateConstraints, TICKETS } from './generate-constraints.ts';
import { generateDefaults, generateOptions } from './generate-options.ts';
import { TEMPLATE_ID } from './generate-primitive.ts';
import { generateResources, impliedNodes } from './generate-resources.ts';
import { generateNodeStates } from './generate-status.ts';
import { GENERATED_NOW } from './generated-now.ts';
import type { RandomChoices as Random } from './random.ts';
import { RandomChoices } from './random.ts';

/** A valid cluster with a history, determined by the seed. */
export function generateCluster(seed: number): ClusterInformation {
  const random = new RandomChoices(seed);
  const features = pickFeatures(random);
  const names = Array.from({ length: random.integer(1, 4) }, (_unused, index) => `node${index + 1}`);
  const resources = generateResources(random, features);
  const implied = impliedNodes(resources);
  const constraints = generateConstraints(random, features, resources, [...names, ...implied]);
  const tagged = features.tags && resources.length > 1;
  const tag = { id: 'tagged', members: resources.slice(0, 2).map(({ id }) => id) };
  const states = [
    ...names.map((name, index) => ({ id: String(index + 1), name, remote: false })),
    ...implied.filter(() => random.chance(0.7)).map((name) => ({ id: name, name, remote: true })),
  ];
  return {
    header: {
      crm_feature_set: '3.16.0',
      'validate-with': 'pacemaker-3.8',
      epoch: '1',
      num_updates: '0',
      admin_epoch: '0',
      'have-quorum': random.chance(0.9) ? '1' : '0',
      'dc-uuid': '1',
      'execution-date': String(GENERATED_NOW),
    },
    configuration: {
      ...EMPTY_CONFIGURATION,
      options: generateOptions(random, features),
      nodes: names.map((name, index) => generateNode(random, features, name, String(index + 1))),
      resources,
      templates: features.templates ? [template()] : [],
      constraints: tagged
        ? [
            ...constraints,
            {
              kind: 'location',
              id: 'of-tag',
              resource: tag.id,
              node: 'node1',
              score: '50',
              sets: [],
              rules: [],
            },
          ]
        : constraints,
      tags: tagged ? [tag] : [],
      ...(features.defaults ? defaults(random) : {}),
    },
    status: {
      nodes: generateNodeStates(random, features, resources, states),
      tickets: features.tickets ? TICKETS.flatMap((id) => ticketState(random, id)) : [],
    },
  };
}

function generateNode(random: Random, features: Features, name: string, id: string): ConfiguredNode {
  const capacity = features.utilization
    ? { cpu: random.pick(['2', '4', '8']), memory: random.chance(0.5) ? '4' : undefined }
    : {};
  return {
    id,
    name,
    attributes: block(`nodes-${id}`, {
      standby: random.chance(0.1) ? 'on' : undefined,
      maintenance: features.maintenance && random.chance(0.15) ? 'true' : undefined,
      site: random.chance(0.6) ? random.pick(['a', 'b']) : undefined,
      weight: features.rules && random.chance(0.6) ? random.pick(['10', '-20', '300']) : undefined,
    }),
    utilization: block(`nodes-${id}-capacity`, capacity),
  };
}

function template(): ClusterInformation['configuration']['templates'][number] {
  return {
    kind: 'template',
    id: TEMPLATE_ID,
    class: 'ocf',
    provider: 'pacemaker',
    type: 'Dummy',
    meta: block('common-meta', { 'resource-stickiness': '5' }),
    params: block('common-params', { common: 'yes' }),
    utilization: [],
    operations: [],
  };
}

function defaults(
  random: Random,
): Pick<ClusterInformation['configuration'], 'resourceDefaults' | 'operationDefaults'> {
  return {
    resourceDefaults: generateDefaults(random, 'resource-defaults', {
      'resource-stickiness': random.chance(0.6) ? random.pick(['1', '200']) : undefined,
      'migration-threshold': random.chance(0.3) ? '2' : undefined,
      'is-managed': random.chance(0.06) ? 'false' : undefined,
    }),
    operationDefaults: generateDefaults(random, 'operation-defaults', {
      timeout: random.chance(0.4) ? '45s' : undefined,
      'on-fail': random.chance(0.15) ? random.pick(['block', 'ignore', 'standby']) : undefined,
    }),
  };
}

function ticketState(random: Random, id: string): ClusterInformation['status']['tickets'] {
  if (random.chance(0.2)) return [];
  return [
    {
      id,
      granted: random.chance(0.6) ? 'true' : 'false',
      ...(random.chance(0.15) ? { standby: 'true' } : {}),
      lastGranted: String(GENERATED_NOW - 5000),
    },
  ];
}

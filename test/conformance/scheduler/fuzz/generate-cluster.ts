import { type ClusterInformation, EMPTY_CONFIGURATION } from '@holdfast/model';
import { block, generateConstraints, generateOptions, generateResources } from './generate-configuration.ts';
import { GENERATED_NOW, generateNodeStates } from './generate-status.ts';
import { RandomChoices } from './random.ts';

/** A valid cluster with a history, determined by the seed. */
export function generateCluster(seed: number): ClusterInformation {
  const random = new RandomChoices(seed);
  const names = Array.from({ length: random.integer(1, 4) }, (_unused, index) => `node${index + 1}`);
  const resources = generateResources(random);
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
      options: generateOptions(random),
      nodes: names.map((name, index) => ({
        id: String(index + 1),
        name,
        attributes: block(`nodes-${index + 1}`, { standby: random.chance(0.1) ? 'on' : undefined }),
        utilization: block(`nodes-${index + 1}-capacity`, { cpu: random.chance(0.5) ? '4' : undefined }),
      })),
      resources,
      constraints: generateConstraints(random, resources, names),
    },
    status: { nodes: generateNodeStates(random, resources, names), tickets: [] },
  };
}

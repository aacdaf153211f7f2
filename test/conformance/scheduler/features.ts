import {
  type AttributeBlock,
  type ClusterInformation,
  type Primitive,
  parseCib,
  type Resource,
} from '@holdfast/model';

/** Areas of the scheduler that an input touches, for the table by feature. */
export function featuresOf(input: Uint8Array): string[] {
  const information = parseCib(input);
  const features = new Set<string>();
  for (const resource of information.configuration.resources) addResource(features, resource);
  addConstraints(features, information);
  addOptions(features, information);
  addStatus(features, information);
  return [...features].sort();
}

function addResource(features: Set<string>, resource: Resource): void {
  addMeta(features, resource.meta);
  switch (resource.kind) {
    case 'primitive':
      addPrimitive(features, resource);
      return;
    case 'group':
      features.add('group');
      resource.members.forEach((member) => {
        addPrimitive(features, member);
      });
      return;
    case 'clone':
      features.add(hasMeta(resource.meta, 'promotable', 'true') ? 'promotable clone' : 'clone');
      if (resource.child.kind === 'group') features.add('cloned group');
      addResource(features, resource.child);
      return;
    case 'bundle':
      features.add('bundle');
      if (resource.child) addPrimitive(features, resource.child);
  }
}

function addPrimitive(features: Set<string>, primitive: Primitive): void {
  addMeta(features, primitive.meta);
  if (primitive.template !== undefined) features.add('template');
  if (primitive.utilization.length > 0) features.add('utilization');
  if (primitive.class === 'stonith') features.add('fence device');
  if (primitive.class === 'ocf' && primitive.provider === 'pacemaker' && primitive.type === 'remote') {
    features.add('remote node');
  }
}

const META_FEATURES: Readonly<Record<string, string>> = {
  'allow-migrate': 'migration',
  'remote-node': 'guest node',
  notify: 'notification',
  'globally-unique': 'unique clone',
  'clone-min': 'clone-min',
  'multiple-active': 'multiple-active',
  'failure-timeout': 'failure-timeout',
  'migration-threshold': 'migration-threshold',
  maintenance: 'maintenance',
  'is-managed': 'unmanaged',
  requires: 'requires',
};

function addMeta(features: Set<string>, blocks: readonly AttributeBlock[]): void {
  for (const block of blocks) {
    if (block.rules.length > 0) features.add('rule');
    for (const { name, value } of block.pairs) {
      const feature = META_FEATURES[name ?? ''];
      if (feature === undefined) continue;
      if ((name === 'notify' || name === 'globally-unique' || name === 'maintenance') && value !== 'true')
        continue;
      if (name === 'is-managed' && value === 'true') continue;
      features.add(feature);
    }
  }
}

function hasMeta(blocks: readonly AttributeBlock[], name: string, value: string): boolean {
  return blocks.some((block) => block.pairs.some((pair) => pair.name === name && pair.value === value));
}

function addConstraints(features: Set<string>, { configuration }: ClusterInformation): void {
  for (const constraint of configuration.constraints) {
    features.add(constraint.kind);
    if (constraint.sets.length > 0) features.add(`${constraint.kind} set`);
    if (constraint.kind === 'location' && constraint.rules.length > 0) features.add('rule');
  }
  if (configuration.fencingTopology.length > 0) features.add('fencing topology');
  if (configuration.tags.length > 0) features.add('tag');
}

function addOptions(features: Set<string>, { configuration }: ClusterInformation): void {
  const pairs = configuration.options.flatMap((block) => block.pairs);
  const value = (name: string): string | undefined => pairs.find((pair) => pair.name === name)?.value;
  if (value('maintenance-mode') === 'true') features.add('maintenance');
  if (value('node-health-strategy') !== undefined) features.add('node health');
  if (value('placement-strategy') !== undefined) features.add('placement-strategy');
  if (value('shutdown-lock') === 'true') features.add('shutdown lock');
  if (value('symmetric-cluster') === 'false') features.add('opt-in');
  const policy = value('no-quorum-policy');
  if (policy !== undefined) features.add(`no-quorum-policy=${policy}`);
}

function addStatus(features: Set<string>, { status, configuration }: ClusterInformation): void {
  if (status.tickets.length > 0) features.add('ticket');
  const ids = JSON.stringify(configuration.resources);
  for (const node of status.nodes) {
    if (node.crmd === 'offline' || node.inCcm === 'false') features.add('node down');
    for (const resource of node.resources) {
      if (!ids.includes(`"${resource.id.replace(/:\d+$/, '')}"`)) features.add('removed resource');
      for (const { rcCode, opStatus, operation } of resource.operations) {
        if (opStatus > 0 && opStatus !== 1) features.add('failed operation');
        if (opStatus === -1) features.add('pending operation');
        if (operation === 'monitor' && rcCode !== 0 && rcCode !== 7 && rcCode !== 8 && rcCode !== 193) {
          features.add('failed operation');
        }
        if (operation.startsWith('migrate')) features.add('migration');
      }
    }
  }
}

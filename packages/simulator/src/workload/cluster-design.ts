import type { AttributeBlock, Constraint, OperationDefinition, Primitive, Resource } from '@holdfast/model';
import type { SeededRandom } from '../world/random.ts';
import { type ClusterShape, drawRoles, drawShape, type HostRole } from './cluster-shape.ts';

/** The cluster one seed plays with. */
export interface ClusterDesign {
  readonly shape: ClusterShape;
  readonly roles: ReadonlyMap<string, HostRole>;
  readonly hostNames: readonly string[];
  readonly linkCount: number;
  readonly fencing: boolean;
  readonly options: AttributeBlock;
  readonly resources: readonly Resource[];
  readonly constraints: readonly Constraint[];
  /** Every primitive that may be active once only. */
  readonly exclusive: readonly string[];
  /** dependent -> what must be active before it starts */
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
}

function block(id: string, values: Readonly<Record<string, string>>): AttributeBlock {
  const pairs = Object.entries(values).map(([name, value]) => ({ id: `${id}-${name}`, name, value }));
  return { id, rules: [], pairs };
}

function operation(
  id: string,
  name: string,
  attributes: Readonly<Record<string, string>>,
): OperationDefinition {
  return { id, name, attributes: { interval: '0s', ...attributes }, params: [], meta: [] };
}

function service(id: string, monitorSeconds: number): Primitive {
  return {
    kind: 'primitive',
    id,
    class: 'ocf',
    provider: 'pacemaker',
    type: 'Dummy',
    meta: [],
    params: [],
    utilization: [],
    operations: [
      operation(`${id}-start`, 'start', { timeout: '20s' }),
      operation(`${id}-stop`, 'stop', { timeout: '20s' }),
      operation(`${id}-monitor`, 'monitor', { interval: `${monitorSeconds}s`, timeout: '20s' }),
    ],
  };
}

/** The same, moved alive where the engine sees fit. */
function migratable(primitive: Primitive): Primitive {
  return { ...primitive, meta: [block(`${primitive.id}-meta`, { 'allow-migrate': 'true' })] };
}

function fenceDevice(hostNames: readonly string[]): Primitive {
  return {
    kind: 'primitive',
    id: 'power',
    class: 'stonith',
    type: 'fence_sim',
    meta: [],
    params: [block('power-params', { pcmk_host_list: hostNames.join(' '), pcmk_host_check: 'static-list' })],
    utilization: [],
    operations: [operation('power-monitor', 'monitor', { interval: '60s', timeout: '20s' })],
  };
}

/** What is not drawn, for a scripted run. */
export interface FixedDesign {
  readonly shape?: ClusterShape;
  readonly hosts?: number;
  readonly fencing?: boolean;
  readonly linkCount?: number;
  readonly noQuorumPolicy?: string;
}

/** Draws the cluster of a seed: two to seven hosts, one or two links, some resources and constraints. */
export function drawClusterDesign(random: SeededRandom, fixed: FixedDesign = {}): ClusterDesign {
  const drawn = drawShape(random);
  const shape = fixed.shape ?? drawn;
  const roles = drawRoles(shape, random, fixed.hosts);
  const hostNames = [...roles.keys()];
  const fencing = fixed.fencing ?? (shape === 'pair' || (shape !== 'unsafe' && random.chance(0.85)));
  const dependencies = new Map<string, string[]>();
  const constraints: Constraint[] = [];
  const singles = Array.from({ length: random.integer(1, 3) }, (_, i) =>
    service(`r${i + 1}`, random.pick([5, 10, 30])),
  ).map((single) => (random.chance(0.5) ? migratable(single) : single));
  const members = ['data', 'address', 'web'].slice(0, random.integer(2, 3)).map((id) => service(id, 10));
  members.forEach((member, index) => {
    const before = members[index - 1];
    if (before) dependencies.set(member.id, [before.id]);
  });
  const last = members.at(-1);
  const first = singles[0];
  if (last && first && random.chance(0.5)) {
    constraints.push({
      kind: 'colocation',
      id: 'with-web',
      score: 'INFINITY',
      resource: first.id,
      withResource: 'site',
      sets: [],
    });
    constraints.push({
      kind: 'order',
      id: 'after-web',
      orderKind: 'Mandatory',
      first: 'site',
      then: first.id,
      sets: [],
    });
    dependencies.set(first.id, [last.id]);
  }
  if (singles[1]) {
    const node = random.pick(hostNames.filter((name) => !roles.get(name)?.witness));
    constraints.push({
      kind: 'location',
      id: 'prefers',
      resource: singles[1].id,
      node,
      score: '50',
      sets: [],
      rules: [],
    });
  }
  const resources: Resource[] = [
    { kind: 'group', id: 'site', meta: [], params: [], members },
    ...singles,
    ...(fencing ? [fenceDevice(hostNames)] : []),
  ];
  const drawnPolicy = random.pick(['stop', 'stop', 'freeze'] as const);
  const noQuorumPolicy = fixed.noQuorumPolicy ?? drawnPolicy;
  const options = block('cib-bootstrap-options', {
    'fencing-enabled': fencing ? 'true' : 'false',
    'no-quorum-policy': shape === 'unsafe' ? 'stop' : noQuorumPolicy,
    ...(shape === 'unsafe' ? { 'unsafe-recovery': 'true', 'unsafe-stop-allowance': '5s' } : {}),
  });
  const exclusive = [...members, ...singles].map((resource) => resource.id);
  return {
    shape,
    roles,
    hostNames,
    linkCount: fixed.linkCount ?? random.pick([1, 2]),
    fencing,
    options,
    resources,
    constraints,
    exclusive,
    dependencies,
  };
}

/** The transaction that sets a cluster up as designed. */
export function designChange(design: ClusterDesign): unknown {
  return {
    operations: [
      { kind: 'put', entity: { kind: 'options', value: design.options } },
      ...design.resources.map((value) => ({ kind: 'put', entity: { kind: 'resource', value } })),
      ...design.constraints.map((value) => ({ kind: 'put', entity: { kind: 'constraint', value } })),
    ],
  };
}

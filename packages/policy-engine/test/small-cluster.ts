import type {
  AttributeBlock,
  ClusterInformation,
  Constraint,
  NodeState,
  OperationRecord,
  Primitive,
  Resource,
} from '@holdfast/model';
import { EMPTY_CONFIGURATION } from '@holdfast/model';

/** A block of attributes without rule. */
export function attributes(values: Record<string, string>): AttributeBlock[] {
  return [{ rules: [], pairs: Object.entries(values).map(([name, value]) => ({ name, value })) }];
}

export function primitive(
  id: string,
  meta: Record<string, string> = {},
  more: Partial<Primitive> = {},
): Primitive {
  return {
    kind: 'primitive',
    id,
    class: 'ocf',
    provider: 'test',
    type: 'Dummy',
    meta: attributes(meta),
    params: [],
    utilization: [],
    operations: [],
    ...more,
  };
}

/** Digest of an empty parameter set. */
const NO_PARAMETERS = 'f2317cad3d54cec5d7d7aa7d0bf35cf8';

/** One executed operation; later ones need higher call ids. */
export function operation(id: string, name: string, callId: number, rc = 0, expected = rc): OperationRecord {
  return {
    id: `${id}_${name}_0`,
    operation: name,
    operationKey: `${id}_${name}_0`,
    intervalMs: 0,
    callId,
    rcCode: rc,
    opStatus: rc === expected ? 0 : 4,
    transitionKey: `1:1:${expected}:uuid`,
    lastRcChange: 1000,
    opDigest: NO_PARAMETERS,
  };
}

/** A history that says the resource was probed and found stopped. */
export function stopped(id: string): OperationRecord[] {
  return [operation(id, 'monitor', 1, 7, 7)];
}

export function started(id: string): OperationRecord[] {
  return [...stopped(id), operation(id, 'start', 2)];
}

export interface SmallNode {
  readonly name: string;
  readonly online?: boolean;
  readonly attributes?: Record<string, string>;
  readonly utilization?: Record<string, string>;
  readonly histories?: Record<string, readonly OperationRecord[]>;
}

/** A cluster with fencing off unless asked for. */
export function cluster(init: {
  nodes: readonly SmallNode[];
  resources: readonly Resource[];
  constraints?: readonly Constraint[];
  options?: Record<string, string>;
  quorum?: boolean;
}): ClusterInformation {
  const options = { 'fencing-enabled': 'false', ...init.options };
  return {
    header: { 'have-quorum': init.quorum === false ? '0' : '1', 'execution-date': '2000' },
    configuration: {
      ...EMPTY_CONFIGURATION,
      options: attributes(options),
      nodes: init.nodes.map(({ name, utilization }) => ({
        id: name,
        name,
        attributes: [],
        utilization: attributes(utilization ?? {}),
      })),
      resources: init.resources,
      constraints: init.constraints ?? [],
    },
    status: { nodes: init.nodes.map(nodeState), tickets: [] },
  };
}

function nodeState(node: SmallNode): NodeState {
  const online = node.online !== false;
  return {
    id: node.name,
    name: node.name,
    inCcm: String(online),
    crmd: online ? 'online' : 'offline',
    join: online ? 'member' : 'down',
    expected: 'member',
    transientAttributes: attributes(node.attributes ?? {}),
    hasHistory: true,
    resources: Object.entries(node.histories ?? {}).map(([id, operations]) => ({
      id,
      class: 'ocf',
      provider: 'test',
      type: 'Dummy',
      operations,
    })),
  };
}

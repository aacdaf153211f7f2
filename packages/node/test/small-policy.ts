import type {
  ClusterInformation,
  GraphAction,
  NodeState,
  Primitive,
  ResourceHistory,
  Synapse,
} from '@holdfast/model';
import type { PolicyAnswer } from '../src/index.ts';

/**
 * A tiny policy for tests of the node: each primitive runs on the first usable node, is probed everywhere first,
 * and unclean nodes are fenced before anything they ran is started elsewhere.
 */
export function smallPolicy(input: ClusterInformation): PolicyAnswer {
  return new SmallPolicy(input).answer();
}

class SmallPolicy {
  private readonly input: ClusterInformation;
  private readonly synapses: Synapse[] = [];
  private readonly summary: string[] = [];
  private readonly fencing: boolean;

  constructor(input: ClusterInformation) {
    this.input = input;
    const pairs = input.configuration.options.flatMap(({ pairs }) => pairs);
    this.fencing = !pairs.some(({ name, value }) => name === 'fencing-enabled' && value === 'false');
  }

  answer(): PolicyAnswer {
    const { nodes } = this.input.status;
    const fences = new Map<string, number>();
    for (const node of nodes) {
      if (!isUnclean(node) || !this.fencing) continue;
      fences.set(node.name, this.add('cluster', 'stonith', undefined, node.name, [], {}));
      this.summary.push(`Fence ${node.name}`);
    }
    for (const resource of this.input.configuration.resources) {
      if (resource.kind !== 'primitive') continue;
      const isManaged = !resource.meta.some(({ pairs }) =>
        pairs.some(({ name, value }) => name === 'is-managed' && value === 'false'),
      );
      if (isManaged) this.place(resource, [...fences.values()]);
    }
    return {
      graph: { header: { 'cluster-delay': '5s' }, synapses: this.synapses },
      summary: this.summary,
      reasons: {},
      explanation: null,
    };
  }

  private place(resource: Primitive, fences: readonly number[]): void {
    const online = this.input.status.nodes.filter((node) => node.join === 'member' && node.inCcm === 'true');
    const probes: number[] = [];
    for (const node of online) {
      if (historyOf(node, resource)) continue;
      probes.push(this.add('resource', 'monitor', resource, node.name, [], { CRM_meta_op_target_rc: '7' }));
    }
    const active = online.filter((node) => isActive(historyOf(node, resource)));
    const failed = active.filter((node) => hasFailed(node, resource));
    const allowed = online.filter((node) => !isLeaving(node) && !isBanned(node, resource));
    const stopAll = this.input.configuration.options.some(({ pairs }) =>
      pairs.some(({ name, value }) => name === 'stop-all-resources' && value === 'true'),
    );
    const keep = active.find((node) => allowed.includes(node));
    const target = stopAll ? undefined : (keep ?? allowed[0]);
    const stops: number[] = [];
    for (const node of active) {
      if (node === target && !failed.includes(node)) continue;
      stops.push(this.add('resource', 'stop', resource, node.name, probes, {}));
      this.summary.push(`Stop ${resource.id} on ${node.name}`);
    }
    if (keep !== undefined && keep === target && !failed.includes(target)) {
      const watched = historyOf(target, resource)?.operations.some(({ intervalMs }) => intervalMs > 0);
      if (!watched)
        this.add('resource', 'monitor', resource, target.name, probes, { CRM_meta_interval: '1000' });
      return;
    }
    if (!target) return;
    const inputs = [...fences, ...probes, ...stops];
    const start = this.add('resource', 'start', resource, target.name, inputs, {});
    this.add('resource', 'monitor', resource, target.name, [start], { CRM_meta_interval: '1000' });
    this.summary.push(`Start ${resource.id} on ${target.name}`);
  }

  private add(
    kind: GraphAction['kind'],
    operation: string,
    resource: Primitive | undefined,
    node: string,
    inputs: readonly number[],
    attributes: Record<string, string>,
  ): number {
    const id = this.synapses.length + 1;
    const action: GraphAction = {
      id,
      kind,
      operation,
      operationKey: `${resource?.id ?? node}_${operation}_${attributes.CRM_meta_interval ?? 0}`,
      onNode: node,
      ...(resource
        ? { resource: { id: resource.id, class: resource.class ?? 'ocf', type: resource.type ?? 'x' } }
        : {}),
      attributes: { CRM_meta_timeout: '5000', ...attributes },
      downed: [],
    };
    this.synapses.push({ id: id - 1, action, inputs });
    return id;
  }
}

function isUnclean(node: NodeState): boolean {
  return node.inCcm === 'false' && node.expected === 'member';
}

function historyOf(node: NodeState, resource: Primitive): ResourceHistory | undefined {
  return node.resources.find(({ id }) => id === resource.id);
}

function attribute(node: NodeState, name: string): string | undefined {
  for (const { pairs } of node.transientAttributes) {
    const found = pairs.find((pair) => pair.name === name);
    if (found) return found.value;
  }
  return undefined;
}

function isLeaving(node: NodeState): boolean {
  return attribute(node, 'shutdown') !== undefined;
}

function isBanned(node: NodeState, resource: Primitive): boolean {
  return attribute(node, `fail-count-${resource.id}#start_0`) === 'INFINITY';
}

function hasFailed(node: NodeState, resource: Primitive): boolean {
  const operations = [...(historyOf(node, resource)?.operations ?? [])].sort((a, b) => a.callId - b.callId);
  const last = operations.at(-1);
  return last?.id.endsWith('_last_failure_0') === true && last.rcCode !== 0;
}

function isActive(history: ResourceHistory | undefined): boolean {
  const operations = [...(history?.operations ?? [])].sort((a, b) => a.callId - b.callId);
  const last = operations.at(-1);
  if (!last || last.opStatus === -1) return last?.operation === 'start';
  if (last.operation === 'stop') return last.rcCode !== 0;
  return !(last.operation === 'monitor' && last.rcCode === 7 && last.intervalMs === 0);
}

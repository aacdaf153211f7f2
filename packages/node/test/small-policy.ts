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
    for (const unit of this.units()) this.place(unit, [...fences.values()]);
    return {
      graph: { header: { 'cluster-delay': '5s' }, synapses: this.synapses },
      summary: this.summary,
      reasons: {},
      explanation: null,
    };
  }

  /** Chains of primitives that run on one node in this order: groups, and what is ordered after a group. */
  private units(): Primitive[][] {
    const units = new Map<string, Primitive[]>();
    const { resources, constraints } = this.input.configuration;
    for (const resource of resources) {
      if (resource.kind === 'primitive') units.set(resource.id, [resource]);
      if (resource.kind === 'group') units.set(resource.id, [...resource.members]);
    }
    for (const constraint of constraints) {
      if (constraint.kind !== 'order') continue;
      const before = units.get(constraint.first ?? '');
      const after = units.get(constraint.then ?? '');
      if (!before || !after) continue;
      before.push(...after);
      units.delete(constraint.then ?? '');
    }
    return [...units.values()];
  }

  private place(unit: readonly Primitive[], fences: readonly number[]): void {
    const online = this.input.status.nodes.filter((node) => node.join === 'member' && node.inCcm === 'true');
    const probes: number[] = [];
    for (const node of online) {
      for (const resource of unit) {
        if (historyOf(node, resource)) continue;
        probes.push(this.add('resource', 'monitor', resource, node.name, [], { CRM_meta_op_target_rc: '7' }));
      }
    }
    const target = this.chooseTarget(unit, online);
    const stops = this.stops(unit, online, target, probes);
    if (!target) return;
    let before = [...fences, ...probes, ...stops.flatMap(({ ids }) => ids)];
    for (const resource of unit) {
      const stopped = stops.find((each) => each.resource === resource);
      const runs = isActive(historyOf(target, resource)) && !stopped?.nodes.includes(target);
      if (isUnmanaged(resource) && !runs) return;
      if (runs) {
        const watched = historyOf(target, resource)?.operations.some(({ intervalMs }) => intervalMs > 0);
        if (!watched)
          this.add('resource', 'monitor', resource, target.name, before, { CRM_meta_interval: '1000' });
        continue;
      }
      const start = this.add('resource', 'start', resource, target.name, before, {});
      this.add('resource', 'monitor', resource, target.name, [start], { CRM_meta_interval: '1000' });
      this.summary.push(`Start ${resource.id} on ${target.name}`);
      before = [...before, start];
    }
  }

  private chooseTarget(unit: readonly Primitive[], online: readonly NodeState[]): NodeState | undefined {
    const stopAll = this.input.configuration.options.some(({ pairs }) =>
      pairs.some(({ name, value }) => name === 'stop-all-resources' && value === 'true'),
    );
    if (stopAll) return undefined;
    const allowed = online.filter((node) => !isLeaving(node) && !unit.some((each) => isBanned(node, each)));
    const active = (node: NodeState) => unit.filter((each) => isActive(historyOf(node, each))).length;
    return [...allowed].sort((left, right) => active(right) - active(left))[0];
  }

  /** Stops in reverse order: what is on the wrong node, what failed, and what depends on it. */
  private stops(
    unit: readonly Primitive[],
    online: readonly NodeState[],
    target: NodeState | undefined,
    probes: readonly number[],
  ): { resource: Primitive; nodes: NodeState[]; ids: number[] }[] {
    const firstBroken = unit.findIndex((each) =>
      online.some((node) => {
        const active = isActive(historyOf(node, each));
        return node === target ? !active || hasFailed(node, each) : active;
      }),
    );
    const made: { resource: Primitive; nodes: NodeState[]; ids: number[] }[] = [];
    let before = [...probes];
    for (const resource of [...unit].reverse()) {
      const mustRestart = firstBroken >= 0 && unit.indexOf(resource) >= firstBroken;
      const nodes = online.filter((node) => {
        if (isUnmanaged(resource) || !isActive(historyOf(node, resource))) return false;
        return node !== target || hasFailed(node, resource) || mustRestart;
      });
      const ids = nodes.map((node) => this.add('resource', 'stop', resource, node.name, before, {}));
      for (const node of nodes) this.summary.push(`Stop ${resource.id} on ${node.name}`);
      before = [...before, ...ids];
      made.push({ resource, nodes, ids });
    }
    return made;
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

function isUnmanaged(resource: Primitive): boolean {
  return resource.meta.some(({ pairs }) =>
    pairs.some(({ name, value }) => name === 'is-managed' && value === 'false'),
  );
}

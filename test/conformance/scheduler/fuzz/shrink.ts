import type { AttributeBlock, ClusterInformation, NodeState, Resource } from '@holdfast/model';

/**
 * Makes a cluster smaller while `fails` stays true: drops constraints, resources, histories, options. What could not be
 * dropped is tried again only in the next round, which follows as long as the last one dropped something.
 */
export function shrink(
  cluster: ClusterInformation,
  fails: (smaller: ClusterInformation) => boolean,
): ClusterInformation {
  let current = cluster;
  for (let improved = true; improved; ) {
    improved = false;
    for (let kept = 0; ; ) {
      const candidate = [...smallerClusters(current)][kept];
      if (candidate === undefined) break;
      if (fails(candidate)) {
        current = candidate;
        improved = true;
      } else kept += 1;
    }
  }
  return current;
}

function* smallerClusters(cluster: ClusterInformation): Generator<ClusterInformation> {
  const { configuration, status } = cluster;
  for (const resource of configuration.resources) yield withoutResource(cluster, resource);
  for (const [index, state] of status.nodes.entries()) {
    const nodes = configuration.nodes.filter(({ name }) => name !== state.name);
    if (nodes.length > 0) {
      yield {
        ...cluster,
        configuration: { ...configuration, nodes },
        status: { ...status, nodes: status.nodes.toSpliced(index, 1) },
      };
    }
  }
  for (const index of configuration.constraints.keys()) {
    yield {
      ...cluster,
      configuration: { ...configuration, constraints: configuration.constraints.toSpliced(index, 1) },
    };
  }
  for (const options of dropPairs(configuration.options))
    yield { ...cluster, configuration: { ...configuration, options } };
  for (const [index, node] of configuration.nodes.entries()) {
    if (node.attributes.length + node.utilization.length === 0) continue;
    const nodes = configuration.nodes.with(index, { ...node, attributes: [], utilization: [] });
    yield { ...cluster, configuration: { ...configuration, nodes } };
  }
  for (const [index, resource] of configuration.resources.entries()) {
    for (const simpler of simplerResources(resource)) {
      yield {
        ...cluster,
        configuration: { ...configuration, resources: configuration.resources.with(index, simpler) },
      };
    }
  }
  for (const [index, node] of status.nodes.entries()) {
    for (const simpler of simplerStates(node))
      yield { ...cluster, status: { ...status, nodes: status.nodes.with(index, simpler) } };
  }
}

function withoutResource(cluster: ClusterInformation, resource: Resource): ClusterInformation {
  const { configuration, status } = cluster;
  const text = JSON.stringify(resource);
  const nodes = status.nodes.map((node) => ({
    ...node,
    resources: node.resources.filter(({ id }) => !text.includes(`"id":"${id}"`)),
  }));
  const constraints = configuration.constraints.filter((item) => !Object.values(item).includes(resource.id));
  const resources = configuration.resources.filter((each) => each !== resource);
  return {
    ...cluster,
    configuration: { ...configuration, resources, constraints },
    status: { ...status, nodes },
  };
}

function* dropPairs(blocks: readonly AttributeBlock[]): Generator<readonly AttributeBlock[]> {
  for (const [index, block] of blocks.entries()) {
    for (const at of block.pairs.keys())
      yield blocks.with(index, { ...block, pairs: block.pairs.toSpliced(at, 1) });
  }
}

function* simplerResources(resource: Resource): Generator<Resource> {
  for (const meta of dropPairs(resource.meta)) yield { ...resource, meta };
  for (const params of dropPairs(resource.params)) yield { ...resource, params };
  if (resource.kind === 'primitive') {
    for (const at of resource.operations.keys())
      yield { ...resource, operations: resource.operations.toSpliced(at, 1) };
    if (resource.utilization.length > 0) yield { ...resource, utilization: [] };
  } else if (resource.kind === 'group') {
    for (const [index, member] of resource.members.entries()) {
      if (resource.members.length > 1) yield { ...resource, members: resource.members.toSpliced(index, 1) };
      for (const simpler of simplerResources(member)) {
        if (simpler.kind === 'primitive')
          yield { ...resource, members: resource.members.with(index, simpler) };
      }
    }
  } else if (resource.kind === 'clone') {
    for (const child of simplerResources(resource.child)) {
      if (child.kind === 'primitive' || child.kind === 'group') yield { ...resource, child };
    }
  }
}

function* simplerStates(node: NodeState): Generator<NodeState> {
  for (const [index, resource] of node.resources.entries()) {
    yield { ...node, resources: node.resources.toSpliced(index, 1) };
    for (const at of resource.operations.keys()) {
      if (resource.operations.length < 2) continue;
      const operations = resource.operations.toSpliced(at, 1);
      yield { ...node, resources: node.resources.with(index, { ...resource, operations }) };
    }
  }
  for (const transientAttributes of dropPairs(node.transientAttributes))
    yield { ...node, transientAttributes };
}

import type { Clone, ClusterInformation } from '@holdfast/model';

/**
 * Writes out what has another default in the versions of 2026, so that both simulators are asked the same: a clone
 * that may have several instances on a node is globally unique if nothing else is said (since 3.0; in 2.1.5 it is not,
 * and has one on each).
 */
export function withDefaultsWritten(cluster: ClusterInformation): ClusterInformation {
  const { configuration } = cluster;
  const resources = configuration.resources.map((each) =>
    each.kind === 'clone' && isUniqueByDefault(each) ? madeUnique(each) : each,
  );
  return { ...cluster, configuration: { ...configuration, resources } };
}

function isUniqueByDefault({ meta }: Clone): boolean {
  const pairs = meta.flatMap((block) => block.pairs);
  return (
    pairs.some(({ name, value }) => name === 'clone-node-max' && Number(value) > 1) &&
    !pairs.some(({ name }) => name === 'globally-unique')
  );
}

function madeUnique(clone: Clone): Clone {
  const [block = { rules: [], pairs: [] }, ...others] = clone.meta;
  const pairs = [...block.pairs, { name: 'globally-unique', value: 'true' }];
  return { ...clone, meta: [{ ...block, pairs }, ...others] };
}

/** @holdfast/policy-engine: configuration and status in, placement and action graph out. */

export { parameterDigest } from './actions/parameter-digest.ts';
export { computeTransition } from './compute-transition.ts';
export { formatExplanation } from './explain/explanation-text.ts';
export { describeSource } from './explain/source-text.ts';
export * from './output/index.ts';
export * from './result.ts';
export * from './rules/index.ts';
export * from './simulate/index.ts';
export * from './state/index.ts';
export { unpackCluster } from './unpack/cluster.ts';

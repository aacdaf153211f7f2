/** @holdfast/policy-engine: configuration and status in, placement and action graph out. */
export * from './result.ts';
export * from './state/index.ts';
export * from './rules/index.ts';

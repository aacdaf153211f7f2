/** @holdfast/node: one whole cluster member, sans-I/O. See README.md. */
export * from './io.ts';

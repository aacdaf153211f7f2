/** @holdfast/node: one whole cluster member, sans-I/O. See README.md. */
export * from './first-record.ts';
export * from './io.ts';

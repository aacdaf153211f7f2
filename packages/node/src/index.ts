/** @holdfast/node: one whole cluster member, sans-I/O. */
export {};

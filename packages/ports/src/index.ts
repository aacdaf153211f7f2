/** @holdfast/ports: interfaces to the outside. See README.md. */
export * from './agent-runner.ts';
export * from './assert.ts';
export * from './compliance/compliance-check.ts';
export * from './compliance/store-compliance.ts';
export * from './compliance/transport-compliance.ts';
export * from './fence-runner.ts';
export * from './log-entry.ts';
export * from './logger.ts';
export * from './store.ts';
export * from './transport.ts';
export * from './watchdog.ts';

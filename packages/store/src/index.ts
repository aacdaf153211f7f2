/** @holdfast/store: every durable byte. See README.md. */
export { openStore } from './open-store.ts';
export type { StoreOptions } from './store-options.ts';
export { STORE_DEFAULTS } from './store-options.ts';

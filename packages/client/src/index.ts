/** @holdfast/client: the typed control API client. See README.md. */

export type * from '@holdfast/protocol';
export * from './control-client.ts';

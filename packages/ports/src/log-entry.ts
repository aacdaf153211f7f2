/** One entry of the replicated log as it is stored. The payload is JSON. */
export interface StoredEntry {
  readonly index: number;
  readonly term: number;
  readonly kind: 'noop' | 'voters' | 'command';
  readonly payload: unknown;
}

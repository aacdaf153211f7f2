import { CHAIN_START } from './log-chain.ts';
import { HEAD_KEY, StoreDamage, seal, unseal } from './record-codec.ts';
import { STORE_FORMAT } from './store-options.ts';

/**
 * What the whole store must look like; written in every batch. A record lost, kept too long or exchanged
 * anywhere in
 * the store contradicts it.
 */
export interface StoreHead {
  readonly format: number;
  /** Number of this batch; the first one is 1. */
  readonly sequence: number;
  /** Index before the first entry held, and the chain value after it. */
  readonly baseIndex: number;
  readonly baseChain: string;
  readonly lastIndex: number;
  readonly lastChain: string;
  readonly recordCount: number;
  /** Sum of the fingerprints of all records, hexadecimal. */
  readonly recordDigest: string;
}

export const EMPTY_HEAD: StoreHead = {
  format: STORE_FORMAT,
  sequence: 0,
  baseIndex: 0,
  baseChain: CHAIN_START,
  lastIndex: 0,
  lastChain: CHAIN_START,
  recordCount: 0,
  recordDigest: '0',
};

export function encodeHead(head: StoreHead): string {
  return seal(HEAD_KEY, JSON.stringify(head));
}

/** @throws StoreDamage when the head is damaged or of an unknown format */
export function decodeHead(value: string): StoreHead {
  const head = JSON.parse(unseal(HEAD_KEY, value)) as StoreHead;
  if (head.format !== STORE_FORMAT) {
    throw new StoreDamage(`format ${head.format} is not known here, only ${STORE_FORMAT}`);
  }
  return head;
}

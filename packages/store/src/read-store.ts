import type { StoredEntry, StoredState } from '@holdfast/ports';
import type { Level } from 'level';
import { decodeEntry, nextChain, splitChain } from './log-chain.ts';
import { parseKey, recordFingerprint, StoreDamage, unseal } from './record-codec.ts';
import { decodeHead, EMPTY_HEAD, type StoreHead } from './store-head.ts';
import type { PlanStart } from './store-plan.ts';

/** A store read and checked in full. */
export interface ReadResult {
  readonly state: StoredState;
  readonly start: PlanStart;
}

interface Collected {
  head: StoreHead | undefined;
  readonly records: Map<string, unknown>;
  readonly fingerprints: Map<string, bigint>;
  readonly entries: StoredEntry[];
  readonly links: { readonly index: number; readonly chain: string; readonly body: string }[];
  digest: bigint;
}

/**
 * Reads everything and compares it with the head.
 *
 * @param acknowledged number of the last batch that somebody was told is durable
 * @throws StoreDamage at the first contradiction (rule 16)
 */
export async function readStore(level: Level<string, string>, acknowledged: number): Promise<ReadResult> {
  const found: Collected = {
    head: undefined,
    records: new Map(),
    fingerprints: new Map(),
    entries: [],
    links: [],
    digest: 0n,
  };
  for await (const [key, value] of level.iterator()) collect(found, key, value);
  const head = found.head ?? emptyHead(found);
  if (head.sequence < acknowledged) {
    throw new StoreDamage(
      `batch ${acknowledged} was acknowledged but the newest one found is ${head.sequence}: the tail is lost`,
    );
  }
  checkRecords(head, found);
  checkEntries(head, found);
  return {
    state: { records: found.records, entries: found.entries },
    start: { head, chains: found.links.map((link) => link.chain), fingerprints: found.fingerprints },
  };
}

function collect(found: Collected, key: string, value: string): void {
  const parsed = parseKey(key);
  if (parsed.kind === 'head') {
    found.head = decodeHead(value);
    return;
  }
  const content = unseal(key, value);
  if (parsed.kind === 'record') {
    const fingerprint = recordFingerprint(key, value);
    found.fingerprints.set(key, fingerprint);
    found.digest = BigInt.asUintN(64, found.digest + fingerprint);
    found.records.set(parsed.name, JSON.parse(content));
    return;
  }
  const { chain, body } = splitChain(content);
  found.links.push({ index: parsed.index, chain, body });
  found.entries.push(decodeEntry(parsed.index, body));
}

function emptyHead(found: Collected): StoreHead {
  if (found.records.size > 0 || found.entries.length > 0) {
    throw new StoreDamage('there are records but the head record is missing');
  }
  return EMPTY_HEAD;
}

function checkRecords(head: StoreHead, found: Collected): void {
  if (head.recordCount !== found.records.size) {
    throw new StoreDamage(`there are ${found.records.size} records instead of ${head.recordCount}`);
  }
  if (head.recordDigest !== found.digest.toString(16)) {
    throw new StoreDamage('a record is older or newer than the head record says');
  }
}

function checkEntries(head: StoreHead, found: Collected): void {
  let index = head.baseIndex;
  let chain = head.baseChain;
  for (const link of found.links) {
    index += 1;
    if (link.index !== index) {
      throw new StoreDamage(`the log has entry ${link.index} where entry ${index} belongs`);
    }
    chain = nextChain(chain, index, link.body);
    if (chain !== link.chain)
      throw new StoreDamage(`log entry ${index} does not follow from the one before it`);
  }
  if (index !== head.lastIndex || chain !== head.lastChain) {
    throw new StoreDamage(`the log ends at entry ${index} instead of ${head.lastIndex}`);
  }
}

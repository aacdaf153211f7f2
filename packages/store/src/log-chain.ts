import { hash } from 'node:crypto';
import type { StoredEntry } from '@holdfast/ports';
import { StoreDamage } from './record-codec.ts';

/** Chain value before the first entry of a new store. */
export const CHAIN_START = '0'.repeat(32);
const CHAIN_LENGTH = CHAIN_START.length;

/** The chain value after an entry: depends on the entry, its index and every entry before it. */
export function nextChain(previous: string, index: number, body: string): string {
  return hash('sha256', `${previous}\n${index}\n${body}`, 'hex').slice(0, CHAIN_LENGTH);
}

export function encodeEntry(entry: StoredEntry): string {
  return JSON.stringify([entry.term, entry.kind, entry.payload ?? null]);
}

/** @throws StoreDamage when the body is not one of an entry */
export function decodeEntry(index: number, body: string): StoredEntry {
  const fields: unknown = JSON.parse(body);
  if (!Array.isArray(fields) || fields.length !== 3) throw new StoreDamage(`entry ${index} cannot be read`);
  const [term, kind, payload] = fields as [unknown, unknown, unknown];
  if (typeof term !== 'number' || (kind !== 'noop' && kind !== 'voters' && kind !== 'command')) {
    throw new StoreDamage(`entry ${index} cannot be read`);
  }
  return { index, term, kind, payload };
}

/** Value of an entry before sealing: its chain value and its body. */
export function joinChain(chain: string, body: string): string {
  return chain + body;
}

export function splitChain(value: string): { chain: string; body: string } {
  return { chain: value.slice(0, CHAIN_LENGTH), body: value.slice(CHAIN_LENGTH) };
}

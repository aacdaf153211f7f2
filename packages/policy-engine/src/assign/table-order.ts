import type { NodeInstance } from '../state/node-instance.ts';

/*
 * Nodes may be better than each other in circles: with two capacities the first may have more of one than the second,
 * which has more of the other than the third, and names decide between the rest. Which of them is found to be the best
 * then depends on the order in which they are looked at. The reference keeps them in a hash table by name (multiplied
 * string hash, modulo a prime, quadratic probing, as GLib's) and looks at them in the order of its slots; observed on
 * random capacities of three to five nodes.
 */

/** The largest primes below the powers of two from 8 on. */
const PRIMES = [7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521];

/** Nodes in the order of the slots that a table by name has for them. */
export function inTableOrder(nodes: readonly NodeInstance[]): NodeInstance[] {
  let bits = 0;
  while (2 ** (bits + 3) <= nodes.length && bits + 1 < PRIMES.length) bits++;
  const size = 2 ** (bits + 3);
  const slots = new Array<NodeInstance | undefined>(size);
  for (const node of nodes) {
    let slot = (Math.imul(hashOf(node.name), 11) >>> 0) % (PRIMES[bits] as number);
    for (let step = 1; slots[slot] !== undefined; step++) slot = (slot + step) % size;
    slots[slot] = node;
  }
  return slots.filter((node) => node !== undefined);
}

function hashOf(name: string): number {
  let hash = 5381;
  for (const byte of new TextEncoder().encode(name)) hash = (Math.imul(hash, 33) + ((byte << 24) >> 24)) | 0;
  return hash;
}

/** A small seeded generator (mulberry32): the node's own draws, the same for the same seed. */
export function seededRandom(seed: number): () => number {
  // Spread neighbouring seeds far apart, or members numbered 1, 2, 3 would draw alike.
  let state = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b) >>> 0;
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** @holdfast/simulator: a seeded world for the node core. */
export {};

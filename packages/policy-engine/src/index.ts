/** @holdfast/policy-engine: configuration and status in, placement and action graph out. */
export {};

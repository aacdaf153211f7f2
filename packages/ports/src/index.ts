/** @holdfast/ports: interfaces to the outside, and assert. */
export {};

/** @holdfast/membership: who seems alive. */
export {};

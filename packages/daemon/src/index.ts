/** @holdfast/daemon: where node meets the adapters. */
export {};

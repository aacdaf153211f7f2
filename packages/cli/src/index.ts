/** @holdfast/cli: the holdfast command. */
export {};

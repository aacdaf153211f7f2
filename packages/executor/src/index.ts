/** @holdfast/executor: processes on this host. */
export {};

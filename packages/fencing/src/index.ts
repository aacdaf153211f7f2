/** @holdfast/fencing: devices, topology, retries, proof of death. */
export {};

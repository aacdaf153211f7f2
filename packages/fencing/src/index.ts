/** @holdfast/fencing: devices, topology, retries, proof of death. See README.md. */
export * from './fence-desk.ts';
export * from './fence-device.ts';
export * from './fence-plan.ts';
export * from './fence-proof.ts';
export * from './fence-request.ts';
export * from './fence-topology.ts';
export * from './host-argument.ts';

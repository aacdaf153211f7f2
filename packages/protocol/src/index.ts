/** @holdfast/protocol: what crosses a process boundary. See README.md. */
export * from './cluster-identity.ts';
export * from './control.ts';
export * from './daemon-requests.ts';
export * from './feature-level.ts';
export * from './framing.ts';
export * from './membership-answers.ts';
export * from './peer/index.ts';

/** @holdfast/protocol: bytes that cross a process boundary. See README.md. */
export * from './control.ts';

/** @holdfast/protocol: bytes that cross a process boundary. */
export {};

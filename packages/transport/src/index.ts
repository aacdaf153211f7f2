/** @holdfast/transport: libp2p links between members. */
export {};

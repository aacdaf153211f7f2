/** @holdfast/consensus: terms, elections, replicated log, quorum. */
export {};

/** @holdfast/store: every durable byte. */
export {};

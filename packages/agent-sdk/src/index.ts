/** @holdfast/agent-sdk: what a plugin author imports. */
export {};

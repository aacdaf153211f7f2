/** @holdfast/transition: walks an action graph. */
export {};

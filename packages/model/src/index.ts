/** @holdfast/model: names, validates, parses and prints every cluster thing. */
export {};

/**
 * Newest feature level this code speaks (S14). A cluster works at the level that is committed in its log: the highest
 * one that every member has announced. What only a higher level can read, a message, a field or a command in the log,
 * is not produced before that level is committed.
 *
 * | level | what it adds |
 * |---|---|
 * | 1 | everything so far |
 */
export const FEATURE_LEVEL = 1;

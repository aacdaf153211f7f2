/** The text is no pattern. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

import type { TokenCursor } from './token-cursor.ts';
import type { Token } from './tokenize.ts';

/** A score as the CIB writes it, or the name of a node attribute that holds the score. */
export type WrittenScore = { readonly score: string } | { readonly scoreAttribute: string };

/** Reads `100`, `-5`, `inf`, `-INFINITY`; anything else is the name of an attribute. */
export function readScore(text: string): WrittenScore {
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinite) return { score: `${infinite[1] ?? ''}INFINITY` };
  return /^[+-]?\d+$/.test(text) ? { score: text } : { scoreAttribute: text };
}

/** Reads a score where only a number or infinity is allowed. @throws HoldfastError CONFIG_SYNTAX */
export function requireScore(cursor: TokenCursor, token: Token): string {
  const written = readScore(token.text);
  if ('score' in written) return written.score;
  throw cursor.error(`"${token.text}" is not a score (a number, inf or -inf)`, token);
}

/** A score the short way: `inf`, `-inf` or the number. */
export function printScore(score: string): string {
  const written = readScore(score);
  if (!('score' in written)) return score;
  return written.score.replace('INFINITY', 'inf');
}

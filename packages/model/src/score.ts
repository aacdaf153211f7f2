/** Scores as the CIB defines them: integers saturating at +-1,000,000, with -INFINITY winning over INFINITY. */
export const INFINITY_SCORE = 1_000_000;

/** Adds two scores, saturating; -INFINITY wins over INFINITY (Pacemaker Explained, "Score math"). */
export function addScores(a: number, b: number): number {
  if (a <= -INFINITY_SCORE || b <= -INFINITY_SCORE) return -INFINITY_SCORE;
  if (a >= INFINITY_SCORE || b >= INFINITY_SCORE) return INFINITY_SCORE;
  const sum = a + b;
  return sum >= INFINITY_SCORE ? INFINITY_SCORE : sum <= -INFINITY_SCORE ? -INFINITY_SCORE : sum;
}

/** Parses `INFINITY`, `+INF`, `-inf`, `100`, ...; returns undefined if the text is no score. */
export function parseScore(text: string): number | undefined {
  const match = /^([+-]?)(inf|infinity|\d+)$/i.exec(text.trim());
  if (!match) return undefined;
  const sign = match[1] === '-' ? -1 : 1;
  const digits = match[2] ?? '';
  const magnitude = /^\d/.test(digits) ? Math.min(Number(digits), INFINITY_SCORE) : INFINITY_SCORE;
  return magnitude === 0 ? 0 : sign * magnitude;
}

/** Prints a score the way the CIB writes it: `INFINITY`, `-INFINITY` or an integer. */
export function formatScore(score: number): string {
  if (score >= INFINITY_SCORE) return 'INFINITY';
  if (score <= -INFINITY_SCORE) return '-INFINITY';
  return String(score);
}

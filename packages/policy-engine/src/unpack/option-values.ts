import { INFINITY_SCORE, parseScore } from '@holdfast/model';
import { parseDurationMs } from '../rules/parse-duration.ts';

/** Reads a boolean as the CIB writes it: true, on, yes, y, 1 (any case). Anything else is false. */
export function isTrue(text: string | undefined): boolean {
  if (text === undefined) return false;
  switch (text.toLowerCase()) {
    case 'true':
    case 'on':
    case 'yes':
    case 'y':
    case '1':
      return true;
    default:
      return false;
  }
}

/** True for texts that are a boolean at all. */
export function isBoolean(text: string | undefined): boolean {
  return text !== undefined && /^(true|on|yes|y|1|false|off|no|n|0)$/i.test(text);
}

/** A boolean with a default for absent or unreadable texts. */
export function booleanOr(text: string | undefined, fallback: boolean): boolean {
  return isBoolean(text) ? isTrue(text) : fallback;
}

/** A duration with a default. */
export function durationMsOr(text: string | undefined, fallbackMs: number): number {
  return text === undefined ? fallbackMs : (parseDurationMs(text) ?? fallbackMs);
}

/** A score with a default for absent or unreadable texts. */
export function scoreOr(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  switch (text) {
    case 'red':
    case 'yellow':
    case 'green':
      return fallback;
    default:
      // What follows a number is ignored: `1.0` is 1.
      return parseScore(text) ?? parseScore(/^\s*[+-]?\d+/.exec(text)?.[0] ?? '') ?? fallback;
  }
}

/** An integer with a default; trailing text is ignored the way C's strtol does. */
export function integerOr(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (/^[+]?inf(inity)?$/i.test(text.trim())) return INFINITY_SCORE;
  const match = /^\s*([+-]?\d+)/.exec(text);
  return match ? Number(match[1]) : fallback;
}

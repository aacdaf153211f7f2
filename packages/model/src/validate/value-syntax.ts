import { parseScore } from '../score.ts';

/** Units a duration may have, in milliseconds per unit; a number alone means seconds. */
const UNIT_MS: Readonly<Record<string, number>> = {
  '': 1000,
  us: 0.001,
  usec: 0.001,
  ms: 1,
  msec: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  d: 86_400_000,
};

// Pacemaker also takes times without the T, as in P10S.
const ISO_DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/i;
const ISO_UNIT_MS = [31_536_000_000, 2_592_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1000];

/**
 * Reads a duration as the CIB writes it: `10`, `10s`, `1500ms`, `2min`, `1h`, or ISO 8601 (`PT1M30S`). Returns
 * milliseconds, or undefined when the text is no duration (Pacemaker Explained, "Duration").
 */
export function parseDurationMs(text: string): number | undefined {
  const trimmed = text.trim();
  const plain = /^\+?(\d+)\s*([a-z]*)$/i.exec(trimmed);
  if (plain) {
    const unit = UNIT_MS[(plain[2] ?? '').toLowerCase()];
    return unit === undefined ? undefined : Math.floor(Number(plain[1]) * unit);
  }
  const iso = ISO_DURATION.exec(trimmed);
  if (!iso || /^P(T)?$/i.test(trimmed)) return undefined;
  return ISO_UNIT_MS.reduce((sum, unit, index) => sum + Number(iso[index + 1] ?? 0) * unit, 0);
}

const TRUE = new Set(['true', 'on', 'yes', 'y', '1']);
const FALSE = new Set(['false', 'off', 'no', 'n', '0']);

/** Reads a boolean in any of the spellings the CIB allows, without regard to case; undefined when it is none. */
export function parseBoolean(text: string): boolean | undefined {
  const lower = text.trim().toLowerCase();
  if (TRUE.has(lower)) return true;
  return FALSE.has(lower) ? false : undefined;
}

/** How the value of a known name is checked. */
export type ValueType =
  | 'boolean'
  | 'score'
  | 'integer'
  | 'duration'
  | 'positive-duration'
  | 'text'
  | 'version'
  | readonly string[];

/** Says what is wrong with a value of the given type; undefined when nothing is. */
export function valueProblem(value: string, type: ValueType): string | undefined {
  if (value === '#default') return undefined;
  switch (type) {
    case 'text':
    case 'version':
      return undefined;
    case 'boolean':
      return parseBoolean(value) === undefined ? 'is not a boolean (true or false)' : undefined;
    case 'score':
      // A fraction is cut off, as the reference does.
      return parseScore(value.replace(/\.\d+$/, '')) === undefined
        ? 'is not a score (a number, INFINITY or -INFINITY)'
        : undefined;
    case 'integer':
      return /^[+-]?\d+$/.test(value.trim()) ? undefined : 'is not a whole number';
    case 'positive-duration':
      return parseDurationMs(value) === undefined ? 'is not a duration (such as 30s or 2min)' : undefined;
    case 'duration':
      // What is below 0 has a meaning of its own, or none that hurts.
      return parseDurationMs(value) === undefined && !/^-\d+[a-z]*$/i.test(value.trim())
        ? 'is not a duration (such as 30s or 2min)'
        : undefined;
    default:
      return type.some((each) => each.toLowerCase() === value.trim().toLowerCase())
        ? undefined
        : `is not one of ${type.join(', ')}`;
  }
}

import { addUnits, type DurationUnit } from './calendar.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  '': 1000,
  s: 1000,
  sec: 1000,
  ms: 1,
  msec: 1,
  us: 0.001,
  usec: 0.001,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
};

/**
 * Reads a time interval as the CIB writes them: `10`, `10s`, `2min`, `500ms`, `1h`, or ISO 8601 (`PT1M`, `P1D`).
 * Returns milliseconds, or undefined if the text is none.
 */
export function parseDurationMs(text: string): number | undefined {
  const trimmed = text.trim();
  const simple = /^(\d{1,15})(?:\.\d*)?\s*([a-z]*)$/i.exec(trimmed);
  if (simple) {
    const unit = UNIT_MS[(simple[2] ?? '').toLowerCase()];
    return unit === undefined ? undefined : Math.floor(Number(simple[1]) * unit);
  }
  return /^P/i.test(trimmed) ? parseIsoDuration(trimmed) : undefined;
}

// Larger numbers are beyond what dates can be computed with, and mean nothing.
const ISO =
  /^P(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})W)?(?:(\d{1,9})D)?T?(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?$/i;
const ISO_UNITS: readonly DurationUnit[] = [
  'years',
  'months',
  'weeks',
  'days',
  'hours',
  'minutes',
  'seconds',
];

function parseIsoDuration(text: string): number | undefined {
  const match = ISO.exec(text);
  if (!match || text.length < 3) return undefined;
  let seconds = 0;
  ISO_UNITS.forEach((unit, index) => {
    const amount = match[index + 1];
    if (amount !== undefined) seconds = addUnits(seconds, unit, Number(amount));
  });
  return seconds * 1000;
}

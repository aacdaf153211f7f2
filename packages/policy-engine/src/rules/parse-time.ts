import {
  calendarFromEpoch,
  dayFromDate,
  dayFromOrdinal,
  dayFromWeek,
  daysInMonth,
  daysInYear,
  weeksInYear,
} from './calendar.ts';

/**
 * Reads an ISO 8601 time as the CIB writes them: calendar (`2005-01-20`), ordinal (`2005-020`) and week dates
 * (`2005-W03-4`), with or without dashes, then optionally `T` or a space, a time (`12:30`, `123000`) and an
 * offset (`Z`, `+02:00`). A time alone means today; without an offset the time is in UTC.
 * Returns epoch seconds, or undefined if the text is no time.
 */
export function parseTime(text: string, nowSeconds = 0): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (/^epoch$/i.test(trimmed)) return 0;
  const split = /^([^T ]+)(?:[T ]+(.+))?$/i.exec(trimmed);
  if (!split) return undefined;
  const [, first = '', second] = split;
  if (second === undefined && /^\d{1,2}:/.test(first)) {
    const time = parseClock(first);
    const today = Math.floor(nowSeconds / 86_400) * 86_400;
    return time === undefined ? undefined : today + time;
  }
  const day = trimmed.startsWith('T') ? undefined : parseDay(first);
  if (day === undefined) return undefined;
  const time = second === undefined ? 0 : parseClock(second);
  return time === undefined ? undefined : day * 86_400 + time;
}

function parseDay(text: string): number | undefined {
  const calendar = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (calendar) {
    const [year, month, day] = calendar.slice(1).map(Number) as [number, number, number];
    if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
    return dayFromDate(year, month, day);
  }
  const ordinal = /^(\d{4})-?(\d{3})$/.exec(text);
  if (ordinal) {
    const [year, day] = ordinal.slice(1).map(Number) as [number, number];
    return day < 1 || day > daysInYear(year) ? undefined : dayFromOrdinal(year, day);
  }
  const week = /^(\d{4})-?W(\d{2})-?(\d)$/i.exec(text);
  if (week) {
    const [year, number, day] = week.slice(1).map(Number) as [number, number, number];
    if (number < 1 || number > weeksInYear(year) || day < 1 || day > 7) return undefined;
    return dayFromWeek(year, number, day);
  }
  return undefined;
}

/** Seconds of the day, the offset already taken off. */
function parseClock(text: string): number | undefined {
  const match =
    /^(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*(Z|[+-]\d{1,2}(?::?\d{2})?)?$/i.exec(text) ??
    /^(\d{2})(\d{2})(\d{2})?\s*(Z|[+-]\d{1,2}(?::?\d{2})?)?$/i.exec(text);
  if (!match) return undefined;
  const [, hourText, minuteText = '0', secondText = '0', offset] = match;
  const [hour, minute, second] = [Number(hourText), Number(minuteText), Number(secondText)];
  const valid = minute < 60 && second < 60 && (hour < 24 || (hour === 24 && minute === 0 && second === 0));
  return valid ? hour * 3600 + minute * 60 + second - offsetSeconds(offset) : undefined;
}

function offsetSeconds(text: string | undefined): number {
  const match = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(text ?? '');
  if (!match) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60;
  return match[1] === '-' ? -seconds : seconds;
}

/** The parts of a time that a `date_spec` names. */
export function dateSpecParts(epochSeconds: number): Readonly<Record<string, number>> {
  const time = calendarFromEpoch(epochSeconds);
  return {
    seconds: time.second,
    minutes: time.minute,
    hours: time.hour,
    monthdays: time.day,
    weekdays: time.weekDay,
    yeardays: time.yearDay,
    months: time.month,
    weeks: time.week,
    years: time.year,
    weekyears: time.weekYear,
  };
}

/** Calendar arithmetic in UTC on epoch seconds. Written out, since this package may not use `Date`. */
export interface CalendarTime {
  readonly year: number;
  /** 1-12 */
  readonly month: number;
  /** 1-31 */
  readonly day: number;
  /** 1-366 */
  readonly yearDay: number;
  /** 1 (Monday) - 7 (Sunday) */
  readonly weekDay: number;
  /** ISO 8601 week and the year it belongs to. */
  readonly week: number;
  readonly weekYear: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const DAY_SECONDS = 86_400;

export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (MONTH_DAYS[month - 1] ?? 30);
}

export function daysInYear(year: number): number {
  return isLeapYear(year) ? 366 : 365;
}

/** Days from 1970-01-01 to the first day of a year. */
function yearStart(year: number): number {
  const y = year - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) - 719_162;
}

/** Days from 1970-01-01 to a day given by year and number within the year. */
export function dayFromOrdinal(year: number, yearDay: number): number {
  return yearStart(year) + yearDay - 1;
}

/** Days from 1970-01-01 to a date. */
export function dayFromDate(year: number, month: number, day: number): number {
  let days = yearStart(year) + day - 1;
  for (let m = 1; m < month; m++) days += daysInMonth(year, m);
  return days;
}

/** Monday is 1; 1970-01-01 was a Thursday. */
function weekDayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** Days from 1970-01-01 to the day given by ISO 8601 week date. */
export function dayFromWeek(weekYear: number, week: number, weekDay: number): number {
  const fourth = dayFromDate(weekYear, 1, 4);
  return fourth - weekDayOf(fourth) + 1 + (week - 1) * 7 + weekDay - 1;
}

/** The number of ISO 8601 weeks in a year. */
export function weeksInYear(year: number): number {
  return (dayFromWeek(year + 1, 1, 1) - dayFromWeek(year, 1, 1)) / 7;
}

/** Farther away single days cannot be told apart in floating-point numbers. About 300 million years. */
const MAX_EPOCH_SECONDS = 1e16;

/** The parts of a time; what lies beyond all dates that can be computed with counts as the last of them. */
export function calendarFromEpoch(seconds1970: number): CalendarTime {
  const epochSeconds = Math.max(-MAX_EPOCH_SECONDS, Math.min(MAX_EPOCH_SECONDS, seconds1970));
  const days = Math.floor(epochSeconds / DAY_SECONDS);
  const seconds = epochSeconds - days * DAY_SECONDS;
  let year = 1970 + Math.floor(days / 365.2425);
  while (yearStart(year) > days) year -= 1;
  while (yearStart(year + 1) <= days) year += 1;
  const yearDay = days - yearStart(year) + 1;
  let month = 1;
  let day = yearDay;
  while (day > daysInMonth(year, month)) {
    day -= daysInMonth(year, month);
    month += 1;
  }
  const weekDay = weekDayOf(days);
  let weekYear = year;
  if (days < dayFromWeek(year, 1, 1)) weekYear = year - 1;
  else if (days >= dayFromWeek(year + 1, 1, 1)) weekYear = year + 1;
  return {
    year,
    month,
    day,
    yearDay,
    weekDay,
    week: Math.floor((days - dayFromWeek(weekYear, 1, 1)) / 7) + 1,
    weekYear,
    hour: Math.floor(seconds / 3600),
    minute: Math.floor((seconds % 3600) / 60),
    second: seconds % 60,
  };
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `2031-01-02 03:04:05Z` */
export function formatUtc(epochSeconds: number): string {
  const { year, month, day, hour, minute, second } = calendarFromEpoch(epochSeconds);
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return `${date} ${two(hour)}:${two(minute)}:${two(second)}Z`;
}

const WEEK_DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Thu Jan  2 03:04:05 2031`, in UTC whatever the zone of the machine: outputs depend on their input alone. */
export function formatDateText(epochSeconds: number): string {
  const time = calendarFromEpoch(epochSeconds);
  const clock = `${two(time.hour)}:${two(time.minute)}:${two(time.second)}`;
  const day = String(time.day).padStart(2);
  return `${WEEK_DAYS[time.weekDay - 1]} ${MONTHS[time.month - 1]} ${day} ${clock} ${time.year}`;
}

/** Units of a duration, as attribute names of the CIB. */
export type DurationUnit = 'years' | 'months' | 'weeks' | 'days' | 'hours' | 'minutes' | 'seconds';

const UNIT_SECONDS = {
  weeks: 7 * DAY_SECONDS,
  days: DAY_SECONDS,
  hours: 3600,
  minutes: 60,
  seconds: 1,
} as const;

/** Adds calendar units; a day beyond the end of the resulting month becomes its last day. */
export function addUnits(epochSeconds: number, unit: DurationUnit, amount: number): number {
  if (unit !== 'years' && unit !== 'months') return epochSeconds + amount * UNIT_SECONDS[unit];
  const time = calendarFromEpoch(epochSeconds);
  const months = (unit === 'years' ? amount * 12 : amount) + time.month - 1;
  const year = time.year + Math.floor(months / 12);
  const month = (((months % 12) + 12) % 12) + 1;
  const day = Math.min(time.day, daysInMonth(year, month));
  const secondOfDay = ((epochSeconds % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS;
  return dayFromDate(year, month, day) * DAY_SECONDS + secondOfDay;
}

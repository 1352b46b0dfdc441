import { isUnseen } from './unseen.ts';
import { utcDay } from './usage.ts';

/** Stands for a time that cannot be read, and for a name that cannot be seen. */
const unknown = '–';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Numbers and times in one locale and time zone. Every `Intl` formatter is made once: a new one costs 85 µs. */
export class Formats {
  readonly #locale: string;
  readonly #timeZone: string | undefined;
  readonly #numbers = new Map<string, Intl.NumberFormat>();
  readonly #dates = new Map<string, Intl.DateTimeFormat>();
  readonly #relative: Intl.RelativeTimeFormat;
  readonly #words: Intl.RelativeTimeFormat;
  readonly #units: Intl.ListFormat;

  /** An unknown locale reads as English. `timeZone` is the machine's unless given. */
  constructor(locale: string, timeZone?: string) {
    this.#locale = isLocale(locale) ? locale : 'en';
    this.#timeZone = timeZone;
    this.#relative = new Intl.RelativeTimeFormat(this.#locale, { style: relativeStyle(this.#locale) });
    this.#words = new Intl.RelativeTimeFormat(this.#locale, { numeric: 'auto' });
    this.#units = new Intl.ListFormat(this.#locale, { type: 'unit', style: 'narrow' });
  }

  /** Up to three decimals, grouped: `12,345.678`; below one, three digits. */
  number(value: number): string {
    if (isVast(value)) return this.#power('power', value);
    if (Math.abs(value) < 1) return this.#small(value);
    return this.#number('number', { maximumFractionDigits: 3 }).format(value);
  }

  /** Three significant digits with a letter: `8.21M`. */
  compact(value: number): string {
    if (isVast(value)) return this.#power('power', value);
    const size = Math.abs(value);
    if (size < 100) return this.#small(value);
    if (size < 10_000) return this.#number('whole', { maximumFractionDigits: 0 }).format(value);
    return this.#number('compact', { notation: 'compact', maximumSignificantDigits: 3 }).format(value);
  }

  /** Three significant digits, however small: a price of 0.004 is not nothing, and the marks of an axis differ. */
  #small(value: number): string {
    if (value !== 0 && Math.abs(value) < 1e-6) return this.#power('power', value);
    return this.#number('small', { maximumSignificantDigits: 3 }).format(value);
  }

  /**
   * A metric of a run or model, four significant digits; very small or large ones in powers of ten. Marks of one axis
   * give the `size` of the greatest, so that all of them are written alike, and the `digits` that tell them apart.
   */
  metric(value: number, size = Math.abs(value), digits = size >= 1000 ? 7 : 4): string {
    if (value !== 0 && (size < 1e-3 || size >= 1e7)) return this.#power('power', value);
    return this.#number(`metric${digits}`, { maximumSignificantDigits: digits }).format(value);
  }

  /** Whole percent, one decimal under ten; rounded down, so that 100 % is never shown before it is reached. */
  percent(ratio: number): string {
    if (isVast(ratio)) return this.#power('power-percent', ratio, { style: 'percent' });
    if (ratio >= 1_000 && Number.isFinite(ratio))
      return this.#number('percents', {
        style: 'percent',
        notation: 'compact',
        maximumSignificantDigits: 3,
      }).format(ratio);
    const digits = ratio > 0 && ratio < 0.0995 ? 1 : 0;
    const options = { style: 'percent', maximumFractionDigits: digits, roundingMode: 'floor' } as const;
    // A little more, for shares such as 0.29 that binary fractions put a little too low.
    return this.#number(`percent${digits}`, options).format(ratio + 1e-9);
  }

  /** Powers of 1000: `1.4 GB`. */
  bytes(value: number): string {
    if (Math.abs(value) >= 1e18)
      return this.#power('power-byte', value, { style: 'unit', unit: 'byte', unitDisplay: 'long' });
    const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;
    const power = Math.min(5, Math.max(0, Math.floor(Math.log10(Math.max(1, Math.abs(value))) / 3)));
    const unit = units[power] ?? 'byte';
    // The short form of a byte has no plural: `0 byte`.
    const unitDisplay = unit === 'byte' ? 'long' : 'short';
    const options = { style: 'unit', unit, unitDisplay, maximumSignificantDigits: 3 } as const;
    return this.#number(unit, options).format(value / 1000 ** power);
  }

  /** An amount of a usage metric: bytes as such, all else compact. */
  amount(metric: string, value: number): string {
    return isBytes(metric) ? this.bytes(value) : this.compact(value);
  }

  /** The same to the last digit; bytes keep their unit. */
  exactAmount(metric: string, value: number): string {
    return isBytes(metric) ? this.bytes(value) : this.number(value);
  }

  /**
   * A price in the smallest unit of its currency, as payment services have it: cents of a dollar, whole yen. In
   * hundredths and the bare name when the currency is not one.
   */
  money(smallest: number, currency: string | null): string {
    const code = currency?.toUpperCase() ?? 'USD';
    if (!/^[A-Z]{3}$/.test(code)) return `${this.number(smallest / 100)} ${clip(currency ?? '', 20)}`.trim();
    const options = { style: 'currency', currency: code } as const;
    const digits = this.#number(code, options).resolvedOptions().maximumFractionDigits ?? 2;
    const value = smallest / 10 ** digits;
    if (!Number.isInteger(value)) return this.#number(code, options).format(value);
    return this.#number(`${code} whole`, { ...options, maximumFractionDigits: 0 }).format(value);
  }

  /** Two units at most: `8d 4h`, `12m`, `40s`. */
  duration(ms: number): string {
    if (!Number.isFinite(ms)) return unknown;
    const seconds = Math.round(ms / 1000);
    if (seconds < 60) return this.#unit(seconds, 'second');
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return this.#two(minutes, 'minute', minutes < 10 ? seconds % 60 : 0, 'second');
    const hours = Math.floor(minutes / 60);
    if (hours < 24) return this.#two(hours, 'hour', minutes % 60, 'minute');
    return this.#two(Math.floor(hours / 24), 'day', hours % 24, 'hour');
  }

  #two(first: number, firstUnit: string, second: number, secondUnit: string): string {
    const head = this.#unit(first, firstUnit);
    return second > 0 ? this.#units.format([head, this.#unit(second, secondUnit)]) : head;
  }

  #unit(value: number, unit: string): string {
    return this.#number(`unit-${unit}`, { style: 'unit', unit, unitDisplay: 'narrow' }).format(value);
  }

  /** `12 ms`, whole. */
  milliseconds(ms: number): string {
    const options = { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 } as const;
    return this.#number('millisecond', options).format(ms);
  }

  /** `5s ago`, `3h ago`; a date from a month on; up to a minute ahead counts as now, further ahead is told by the clock. */
  relative(at: number, now: number): string {
    const age = now - at;
    if (!Number.isFinite(age)) return unknown;
    if (age < -minute) return this.clock(at, now);
    if (age < 1_500) return this.#words.format(0, 'second');
    if (age < minute) return this.#relative.format(-Math.floor(age / 1000), 'second');
    if (age < hour) return this.#relative.format(-Math.floor(age / minute), 'minute');
    if (age < day) return this.#relative.format(-Math.floor(age / hour), 'hour');
    if (age < 30 * day) return this.#relative.format(-Math.floor(age / day), 'day');
    return this.#date(at, 'date', { year: 'numeric', month: 'short', day: 'numeric' });
  }

  /** `12:03`. */
  time(at: number): string {
    return this.#date(at, 'time', { hour: 'numeric', minute: '2-digit' });
  }

  dateTime(at: number): string {
    return this.#date(at, 'dateTime', { dateStyle: 'medium', timeStyle: 'medium' });
  }

  /** `12:03`, with the day in front unless it is today, and the year unless it is this one. */
  clock(at: number, now: number): string {
    const [day, today] = [this.localDay(at), this.localDay(now)];
    if (day === today) return this.time(at);
    const options = { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' } as const;
    if (yearOf(day) === yearOf(today)) return this.#date(at, 'clock', options);
    return this.#date(at, 'clockYear', { ...options, year: 'numeric' });
  }

  /**
   * `Dec 1`, the UTC day of a moment, with the year unless it is this one. Usage is counted by UTC days, so the
   * bounds of a period are told in them too, whatever the time zone.
   */
  utcDate(at: number, now: number): string {
    const options = { month: 'short', day: 'numeric', timeZone: 'UTC' } as const;
    if (new Date(at).getUTCFullYear() === new Date(now).getUTCFullYear())
      return this.#date(at, 'utc', options);
    return this.#date(at, 'utcYear', { ...options, year: 'numeric' });
  }

  /** `Nov 22`, of a UTC day `YYYY-MM-DD`. */
  utcDay(utcDay: string): string {
    const at = Date.parse(utcDay);
    return this.#date(at, 'utc', { month: 'short', day: 'numeric', timeZone: 'UTC' });
  }

  /** `YYYY-MM-DD` in local time, for grouping; the Gregorian calendar and Latin digits in every locale. */
  localDay(at: number): string {
    if (!Number.isFinite(at)) return '';
    const digits = { calendar: 'gregory', numberingSystem: 'latn' };
    const options = { ...digits, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
    const parts = this.#dateFormat('ymd', options).formatToParts(at);
    const part = (type: string): string => parts.find((p) => p.type === type)?.value ?? '';
    return `${part('year')}-${part('month')}-${part('day')}`;
  }

  /** `Today`, `Yesterday`, else the weekday and date of a moment, with the year unless it is this one. */
  dayHeading(at: number, now: number): string {
    const today = this.localDay(now);
    const own = this.localDay(at);
    if (own === today) return capitalise(this.#words.format(0, 'day'));
    // By the calendar: 24 hours back may still be today when the clocks are set back.
    const before = Date.parse(today) - day;
    if (Number.isFinite(before) && own === utcDay(before)) return capitalise(this.#words.format(-1, 'day'));
    const options = { weekday: 'long', month: 'short', day: 'numeric' } as const;
    if (yearOf(own) === yearOf(today)) return this.#date(at, 'heading', options);
    return this.#date(at, 'headingYear', { ...options, year: 'numeric' });
  }

  /** Three significant digits and a power of ten: `1.20e-5`. */
  #power(key: string, value: number, options: Intl.NumberFormatOptions = {}): string {
    const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    return this.#number(key, { ...options, notation: 'scientific', ...digits })
      .formatToParts(value)
      .map(({ type, value: part }) => (type === 'exponentSeparator' && part === 'E' ? 'e' : part))
      .join('');
  }

  #number(key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
    let found = this.#numbers.get(key);
    if (!found) {
      found = new Intl.NumberFormat(this.#locale, options);
      this.#numbers.set(key, found);
    }
    return found;
  }

  #date(at: number, key: string, options: Intl.DateTimeFormatOptions): string {
    return Number.isFinite(at) ? this.#dateFormat(key, options).format(at) : unknown;
  }

  #dateFormat(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    let found = this.#dates.get(key);
    if (!found) {
      const zone = this.#timeZone === undefined ? {} : { timeZone: this.#timeZone };
      found = new Intl.DateTimeFormat(this.#locale, { ...zone, ...options });
      this.#dates.set(key, found);
    }
    return found;
  }
}

/** Of a local day `YYYY-MM-DD`. */
function yearOf(day: string): string {
  return day.slice(0, -6);
}

/** Too large to be read digit by digit; infinity has a sign of its own. */
function isVast(value: number): boolean {
  return Math.abs(value) >= 1e15 && Number.isFinite(value);
}

export function isBytes(metric: string): boolean {
  return /(^|_)bytes$/.test(metric);
}

/** Signs that turn the direction of all that follows them in a line, also of our own words. */
const turns = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Half of a pair of surrogates at the end, which is no character. */
const half = /[\ud800-\udbff]$/;

/** The head of a text for a line or a tooltip, without signs that turn it round: a megabyte takes a second to lay out. */
export function clip(text: string, length = 500): string {
  return (text.length > length ? `${text.slice(0, length).replace(half, '')}…` : text).replace(turns, '');
}

/** The name of a row, cut; a dash when nothing of it can be seen. */
export function shownName(name: string, length?: number): string {
  const head = clip(name, length).trim();
  return isUnseen(head) ? unknown : head;
}

/** The tooltip of a row that may show its name cut off: the whole of it, above what is said of it. */
export function titleOf(name: string, description: string | null): string {
  return description ? `${name}\n${clip(description)}` : name;
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `3m ago` in English; the shortest of other languages may not be words (German `vor 3 m` are three metres). */
function relativeStyle(locale: string): 'narrow' | 'short' {
  return /^en\b/i.test(locale) ? 'narrow' : 'short';
}

function isLocale(locale: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale).length > 0;
  } catch {
    return false;
  }
}

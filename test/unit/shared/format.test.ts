import assert from 'node:assert/strict';
import { clip, Formats, shownName } from '../../../src/shared/format.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.parse('2026-11-22T12:00:00Z');

describe('Formats', () => {
  const en = new Formats('en', 'UTC');

  it('writes durations in at most two units', () => {
    const cases: [number, string][] = [
      [0, '0s'],
      [59_400, '59s'],
      [90 * second, '1m 30s'],
      [12 * minute + 30 * second, '12m'],
      [hour, '1h'],
      [hour + 11 * minute, '1h 11m'],
      [8 * day + 12 * hour, '8d 12h'],
      [Number.NaN, '–'],
    ];
    for (const [ms, words] of cases) assert.equal(en.duration(ms), words);
  });

  it('writes ages', () => {
    const cases: [number, string][] = [
      [0, 'now'],
      [5 * second, '5s ago'],
      [-30 * second, 'now'],
      [3 * minute, '3m ago'],
      [23 * hour, '23h ago'],
      [8 * day, '8d ago'],
      [60 * day, 'Sep 23, 2026'],
      [Number.NaN, '–'],
    ];
    for (const [age, words] of cases) assert.equal(en.relative(now - age, now), words);
  });

  it('writes numbers, bytes, money and shares', () => {
    assert.equal(en.compact(9_296), '9,296');
    assert.equal(en.compact(12.34), '12.3');
    assert.equal(en.compact(3_333.33), '3,333');
    assert.equal(en.compact(8_214_000), '8.21M');
    assert.equal(en.compact(1e300), '1.00e300');
    for (const [value, words] of [
      [0.25, '0.25'],
      [-1.25, '-1.25'],
      [0.00421, '0.00421'],
      [3e-9, '3.00e-9'],
      [0, '0'],
    ] as const)
      assert.deepEqual([en.compact(value), en.number(value)], [words, words]);
    assert.deepEqual([en.compact(0.0457), en.number(0.0457)], ['0.0457', '0.0457']);
    assert.equal(en.number(12.34567), '12.346');
    assert.equal(en.bytes(1_400_000_000), '1.4 GB');
    assert.equal(en.bytes(0), '0 bytes');
    assert.equal(en.bytes(1), '1 byte');
    assert.equal(en.percent(0.043), '4.3%');
    assert.equal(en.percent(1.137), '113%');
    assert.equal(en.percent(0.29), '29%');
    assert.equal(en.percent(0.9999), '99%', 'not reached is not 100 %');
    assert.equal(en.percent(Number.POSITIVE_INFINITY), '∞%');
    assert.equal(en.percent(5_000), '500K%');
    assert.equal(en.percent(5e293), '5.00e295%');
    assert.equal(en.compact(Number.POSITIVE_INFINITY), '∞');
    assert.equal(en.bytes(Number.POSITIVE_INFINITY), '∞ bytes');
    assert.equal(en.money(2_000, 'usd'), '$20');
    assert.equal(en.money(1_999, 'eur'), '€19.99');
    assert.equal(en.money(2_000, 'jpy'), '¥2,000', 'a currency without a smaller unit');
    assert.equal(en.money(2_050, 'krw'), '₩2,050');
    assert.equal(en.money(2_500, 'KWD').replace(/\s/u, ' '), 'KWD 2.500');
    assert.equal(en.money(100, '<b>'), '1 <b>');
    assert.ok(en.money(100, 'x'.repeat(1e6)).length < 30);
    assert.equal(en.metric(1.482_13), '1.482');
    assert.equal(en.metric(0.000_012), '1.20e-5');
    assert.equal(en.metric(51_286), '51,286', 'also after a small one');
  });

  it('turns no line round with the signs of a text in it', () => {
    assert.equal(clip('a\u202eb\u2066c\u200f'), 'abc');
    assert.equal(clip('\u05d0\u05d1'), '\u05d0\u05d1', 'letters stay, whatever their direction');
  });

  it('has a dash for a name of which nothing can be seen', () => {
    for (const nothing of ['', ' \n', '\u200b', '\u202e\u2066', '\u3164\u2800', '\u{e0041}'])
      assert.equal(shownName(nothing, 60), '–', JSON.stringify(nothing));
    assert.deepEqual(
      ['👩\u200d💻', ' שלום ', '0', 'x'.repeat(70)].map((name) => shownName(name, 60)),
      ['👩\u200d💻', 'שלום', '0', `${'x'.repeat(60)}…`],
    );
  });

  it('follows the locale, and reads an unknown one as English', () => {
    assert.equal(new Formats('de', 'UTC').compact(9_296), '9.296');
    assert.equal(new Formats('de', 'UTC').relative(now - 3 * day, now), 'vor 3 Tagen');
    assert.equal(new Formats('not a locale', 'UTC').compact(9_296), '9,296');
  });

  it('leaves every word, sign and space to the language', () => {
    const said = (locale: string): string[] => {
      const formats = new Formats(locale, 'UTC');
      return [
        formats.relative(now, now),
        formats.relative(now - 5 * second, now),
        formats.duration(3 * hour + 4 * minute),
        formats.percent(0.043),
        formats.percent(Number.POSITIVE_INFINITY),
        formats.bytes(1_400_000),
        formats.bytes(Number.POSITIVE_INFINITY),
        formats.milliseconds(12.4),
        formats.metric(0.000_012),
        formats.dayHeading(now, now),
        formats.relative(Number.NaN, now),
        // Spaces of any width, and marks of direction.
      ].map((words) => words.replace(/\s/gu, ' ').replace(/[\u061c\u200e\u200f]/g, ''));
    };
    assert.deepEqual(
      ['en', 'de', 'fr', 'ar', 'ja'].map((locale) => said(locale).join(' | ')),
      [
        'now | 5s ago | 3h 4m | 4.3% | ∞% | 1.4 MB | ∞ bytes | 12 ms | 1.20e-5 | Today | –',
        'jetzt | vor 5 Sek. | 3h, 4 Min. | 4,3 % | ∞ % | 1,4 MB | ∞ Byte | 12 ms | 1,20e-5 | Heute | –',
        'maintenant | il y a 5 s | 3h 4min | 4,3 % | ∞ % | 1,4 Mo | ∞ octets | 12 ms | 1,20e-5 | Aujourd’hui | –',
        'الآن | قبل 5 ثوانٍ | 3 س و4 د | 4.3% | ∞% | 1.4 م.ب | ∞ بايت | 12 ملي ث | 1.20e-5 | اليوم | –',
        '今 | 5 秒前 | 3h4m | 4.3% | ∞% | 1.4 MB | ∞ バイト | 12 ms | 1.20e-5 | 今日 | –',
      ],
    );
  });

  it('counts days in the zone of the user, and UTC days as such', () => {
    const tokyo = new Formats('en', 'Asia/Tokyo');
    assert.equal(tokyo.localDay(Date.parse('2026-11-22T16:00:00Z')), '2026-11-23');
    assert.equal(tokyo.utcDay('2026-11-22'), 'Nov 22');
    assert.equal(tokyo.dayHeading(now - day, now), 'Yesterday');
  });

  it('tells the bounds of a period by UTC day, in whatever zone, with the year of another year', () => {
    for (const zone of ['America/Los_Angeles', 'Asia/Tokyo']) {
      const formats = new Formats('en', zone);
      assert.equal(formats.utcDate(Date.parse('2026-12-01T00:00:00Z'), now), 'Dec 1');
      assert.equal(formats.utcDate(Date.parse('2027-12-01T00:00:00Z'), now), 'Dec 1, 2027');
      assert.equal(formats.utcDate(Number.NaN, now), '–');
    }
  });

  it('tells the year of a day or time of another year, past or ahead', () => {
    const [then, ahead] = [Date.parse('2024-11-22T12:03:00Z'), Date.parse('9999-12-31T23:59:00Z')];
    assert.equal(en.dayHeading(now - 3 * day, now), 'Thursday, Nov 19');
    assert.equal(en.dayHeading(then, now), 'Friday, Nov 22, 2024');
    assert.match(en.clock(then, now), /^Nov 22, 2024, 12:03\sPM$/);
    assert.match(en.relative(ahead, now), /^Dec 31, 9999/);
  });

  it('calls yesterday so on the day that is 25 hours long, and in every numbering and calendar', () => {
    const late = Date.parse('2026-11-02T04:30:00Z');
    const berlin = Date.parse('2026-10-25T22:30:00Z');
    assert.equal(new Formats('en', 'America/New_York').dayHeading(late - 25 * hour, late), 'Yesterday');
    assert.equal(new Formats('en', 'Europe/Berlin').dayHeading(berlin - 25 * hour, berlin), 'Yesterday');
    for (const locale of ['ar-EG', 'th', 'fa']) {
      const formats = new Formats(locale, 'UTC');
      assert.equal(formats.localDay(now), '2026-11-22');
      assert.notEqual(formats.dayHeading(now - day, now), formats.dayHeading(now - 2 * day, now - day * 9));
    }
  });

  it('never throws on a time that cannot be read', () => {
    for (const words of [en.time(Number.NaN), en.dateTime(Number.NaN), en.dayHeading(Number.NaN, now)]) {
      assert.equal(words, '–');
    }
    assert.equal(en.utcDay('no day'), '–');
  });
});

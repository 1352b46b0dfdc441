import assert from 'node:assert/strict';
import { Formats } from '../../src/shared/format.ts';
import { chartCsv } from '../../src/webview/charts/csv.ts';
import { decimate } from '../../src/webview/charts/decimate.ts';
import { nearestPlace, placeAfterKey, readPoint, zoomBy } from '../../src/webview/charts/reading.ts';
import { smoothed } from '../../src/webview/charts/smooth.ts';
import type { ChartSeries, ChartSpec } from '../../src/webview/charts/spec.ts';
import { dayTicks, logTicks, stepTicks, valueTicks } from '../../src/webview/charts/ticks.ts';
import { chartView, type ViewChoice, xShare, yShare } from '../../src/webview/charts/view.ts';
import { pointWords } from '../../src/webview/charts/words.ts';
import { markWords } from '../../src/webview/runs/detail/curveSpec.ts';

const plain: ViewChoice = { log: false, smoothing: 0, hidden: [], zoom: null };

function series(key: string, values: ChartSeries['values'], fields: Partial<ChartSeries> = {}): ChartSeries {
  return { key, label: key, values, mark: 'line', color: null, ...fields };
}

function spec(given: readonly ChartSeries[], fields: Partial<ChartSpec> = {}): ChartSpec {
  return {
    scale: 'step',
    x: Array.from({ length: given[0]?.values.length ?? 0 }, (_, i) => i),
    xLabel: 'Step',
    series: given,
    stacked: false,
    line: null,
    formatX: String,
    formatY: String,
    formatExact: String,
    ...fields,
  };
}

describe('ticks of a chart', () => {
  it('mark round values from zero to at least the highest', () => {
    assert.deepEqual(valueTicks(0, 0), [0, 25, 50, 75, 100]);
    assert.deepEqual(valueTicks(0, 218), [0, 100, 200, 300]);
    assert.deepEqual(valueTicks(0, 200), [0, 50, 100, 150, 200]);
    assert.deepEqual(valueTicks(0, 0.7), [0, 0.2, 0.4, 0.6, 0.8]);
    for (const max of [1, 3, 7, 11, 99, 101, 12_345, 9.9e8, 1e300, 1e-9]) {
      const ticks = valueTicks(0, max);
      assert.ok((ticks.at(-1) ?? 0) >= max, String(max));
      assert.ok(ticks.length >= 3 && ticks.length <= 6, `${max}: ${ticks}`);
    }
    assert.deepEqual(valueTicks(0, Number.NaN), valueTicks(0, 0));
  });

  it('begin below the lowest value, also where that is negative or far from zero', () => {
    assert.deepEqual(valueTicks(-3, 9), [-5, 0, 5, 10]);
    assert.deepEqual(valueTicks(1_000, 1_004), [1000, 1001, 1002, 1003, 1004]);
    assert.deepEqual(valueTicks(-20, -10), [-20, -17.5, -15, -12.5, -10]);
    assert.deepEqual(valueTicks(7, 7), [5, 10, 15]);
    assert.deepEqual(valueTicks(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY), [0, 25, 50, 75, 100]);
  });

  it('stay finite and few for every pair of bounds', () => {
    const bounds = [
      -Number.MAX_VALUE,
      -1e300,
      -1,
      -5e-324,
      0,
      5e-324,
      1e-12,
      1,
      1 + 2e-16,
      1e15,
      Number.MAX_VALUE,
    ];
    for (const min of bounds) {
      for (const max of bounds) {
        const ticks = valueTicks(min, max);
        assert.ok(ticks.length >= 3 && ticks.length <= 6, `${min} to ${max}: ${ticks}`);
        assert.ok(ticks.every(Number.isFinite), `${min} to ${max}: ${ticks}`);
        assert.ok(new Set(ticks).size === ticks.length, `${min} to ${max}: ${ticks}`);
      }
    }
  });

  it('of a logarithmic axis are powers of ten, or finer where those are few', () => {
    assert.deepEqual(logTicks(0.001, 1_000), [0.001, 0.1, 10, 1000]);
    assert.deepEqual(logTicks(0.9, 2.4), [0.5, 1, 2, 5]);
    assert.deepEqual(logTicks(1, 1), [1, 2, 5]);
    for (const [min, max] of [
      [5e-324, Number.MAX_VALUE],
      [0, 5],
      [3, 2],
    ] as const) {
      const ticks = logTicks(min, max);
      assert.ok(ticks.length >= 3 && ticks.length <= 7 && ticks.every((tick) => tick > 0), String(ticks));
    }
  });

  it('of a metric are written alike, and none like another', () => {
    const formats = new Formats('en', 'UTC');
    const labels = (low: number, high: number): string[] =>
      valueTicks(low, high).map((mark, _, marks) => markWords(mark, marks, formats));
    assert.deepEqual(labels(0, 0.000_99), ['0', '0.00025', '0.0005', '0.00075', '0.001']);
    assert.deepEqual(labels(0, 0.000_3), ['0', '1.00e-4', '2.00e-4', '3.00e-4']);
    assert.deepEqual(labels(0.998_12, 0.998_21).slice(0, 3), ['0.9981', '0.998125', '0.99815']);
    assert.deepEqual(labels(50_800, 51_700), ['50,750', '51,000', '51,250', '51,500', '51,750']);
    assert.equal(markWords(0.01, [0.01], formats), '0.01');
  });

  it('mark as many days as there is room for, the newest always', () => {
    const x = Array.from({ length: 30 }, (_, i) => i * 86_400);
    assert.deepEqual(dayTicks(x, 640, 64).length, 5);
    assert.equal(dayTicks(x, 640, 64).at(-1), x.at(-1));
    assert.deepEqual(dayTicks(x, 10, 64), [x.at(-1)]);
    assert.equal(dayTicks(x.slice(0, 7), 640, 64).length, 7);
  });

  it('mark round steps within the range', () => {
    assert.deepEqual(stepTicks(0, 10_000, 400, 80), [0, 2000, 4000, 6000, 8000, 10_000]);
    assert.deepEqual(stepTicks(130, 890, 200, 60), [500]);
    assert.deepEqual(stepTicks(5, 5, 200, 60), [5]);
  });
});

describe('thinning of points', () => {
  const many = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i / 500));
  many[40_321] = 9;
  many[77_777] = -9;

  it('leaves what is not too much as it is', () => {
    assert.deepEqual(decimate([3, 1, 2], 0, 2, 4), [0, 1, 2]);
    assert.deepEqual(decimate([3, 1, 2], 1, 0, 4), []);
  });

  it('keeps first, last, extremes and order', () => {
    const kept = decimate(many, 0, many.length - 1);
    assert.ok(kept.length <= 2_000, String(kept.length));
    assert.equal(kept[0], 0);
    assert.equal(kept.at(-1), many.length - 1);
    assert.ok(kept.includes(40_321) && kept.includes(77_777));
    assert.ok(kept.every((place, n) => n === 0 || place > (kept[n - 1] ?? 0)));
  });

  it('keeps a break of the line, and leaves out what is no number', () => {
    const values: (number | null)[] = Array.from({ length: 10_000 }, (_, i) =>
      i % 3 === 0 ? i : Number.NaN,
    );
    values[5_000] = null;
    const kept = decimate(values, 0, values.length - 1, 400);
    assert.ok(kept.includes(5_000));
    assert.ok(kept.every((place) => place === 5_000 || Number.isFinite(values[place])));
  });

  it('follows what is visible: a zoom shows points that the whole left out', () => {
    const given = spec([series('a', many)]);
    const whole = chartView(given, plain);
    const near = chartView(given, { ...plain, zoom: [1_000, 1_500] });
    assert.ok(whole.x.length <= 2_000);
    // And one beyond at each side, so that the line goes on to the edge.
    assert.deepEqual([near.x.length, near.x[0], near.x.at(-1)], [502, 999, 1_500]);
  });
});

describe('smoothing', () => {
  it('starts at the first value instead of zero', () => {
    assert.deepEqual(
      [...smoothed([10, 10, 10], 0.9)].map((value) => Math.round(value * 1e9) / 1e9),
      [10, 10, 10],
    );
    assert.deepEqual([...smoothed([1, 2, 3], 0)], [1, 2, 3]);
    const [first, second] = smoothed([0, 1], 0.5);
    assert.deepEqual([first, Math.round((second ?? 0) * 1_000)], [0, 667]);
  });

  it('leaves holes where there is no number', () => {
    assert.deepEqual(
      [...smoothed([1, null, Number.NaN, 1, Number.POSITIVE_INFINITY], 0.5)],
      [1, Number.NaN, Number.NaN, 1, Number.NaN],
    );
  });

  it('draws the line itself faintly behind', () => {
    const view = chartView(spec([series('a', [1, 5, 1, 5])]), { ...plain, smoothing: 0.8 });
    assert.deepEqual(
      view.layers.map(({ faint }) => faint),
      [true, false],
    );
    assert.deepEqual(view.layers[0]?.values, [1, 5, 1, 5]);
  });
});

describe('what is drawn of a chart', () => {
  it('has two marks of steps and more where their labels have room, also closer than usual', () => {
    const stopped = spec([series('a', [1, 2])], { x: [10, 3_412], formatX: (x) => x.toLocaleString('en') });
    const labels = (width: number): string[] =>
      chartView(stopped, plain)
        .xTicks(width)
        .map(({ label }) => label);
    assert.deepEqual(labels(214), ['1,000', '2,000', '3,000']);
    assert.deepEqual(labels(150), ['2,000'], 'no label runs into the next');
  });

  it('has axes without any series', () => {
    const view = chartView(spec([], { x: [0, 86_400], scale: 'day' }), plain);
    assert.deepEqual(view.layers, []);
    assert.deepEqual(view.y.ticks, [0, 25, 50, 75, 100]);
    assert.equal(view.xTicks(400).length, 2);
    assert.deepEqual(chartView(spec([]), plain).range, [0, 1]);
  });

  it('stands bars on each other, below zero as well', () => {
    const bars = [
      series('a', [1, 2, -1], { mark: 'bar' }),
      series('b', [3, Number.NaN, -2], { mark: 'bar' }),
      series('c', [1, 1, 4], { mark: 'bar' }),
    ];
    const { layers, y } = chartView(spec(bars, { stacked: true }), plain);
    assert.deepEqual(
      layers.map(({ base }) => base),
      [
        [0, 0, 0],
        [1, 0, -1],
        [4, 2, 0],
      ],
    );
    assert.deepEqual(
      layers.map(({ values }) => values),
      [
        [1, 2, -1],
        [4, undefined, -3],
        [5, 3, 4],
      ],
    );
    assert.ok((y.ticks[0] ?? 0) <= -3 && (y.ticks.at(-1) ?? 0) >= 5);
  });

  it('stacks anew without what is hidden, and keeps the place of the others in the palette', () => {
    const bars = [series('a', [1], { mark: 'bar' }), series('b', [2], { mark: 'bar' })];
    const { layers } = chartView(spec(bars, { stacked: true }), { ...plain, hidden: ['a'] });
    assert.deepEqual(
      layers.map(({ key, place, values }) => [key, place, values]),
      [['b', 1, [2]]],
    );
  });

  it('lets a line go on over steps of other series, and break at a null', () => {
    const lines = [series('a', [1, Number.NaN, 3]), series('b', [1, null, 3])];
    const { layers } = chartView(spec(lines), plain);
    assert.deepEqual(
      layers.map(({ values }) => values),
      [
        [1, undefined, 3],
        [1, null, 3],
      ],
    );
  });

  it('begins the axis of lines near their lowest value, that of bars at zero', () => {
    assert.equal(chartView(spec([series('a', [1_000, 1_004])]), plain).y.ticks[0], 1_000);
    assert.equal(chartView(spec([series('a', [1_000, 1_004], { mark: 'bar' })]), plain).y.ticks[0], 0);
  });

  it('leaves out what a logarithmic axis has no place for, and offers none to bars', () => {
    const values = [-1, 0, 10, 1_000];
    const view = chartView(spec([series('a', values)]), { ...plain, log: true });
    assert.deepEqual(view.layers[0]?.values, [undefined, undefined, 10, 1_000]);
    assert.ok(Number.isNaN(yShare(view.y, 0)));
    assert.equal(Math.round(yShare(view.y, 100) * 100), 50);
    assert.equal(
      chartView(spec([series('a', values, { mark: 'bar' })]), { ...plain, log: true }).y.log,
      false,
    );
  });

  it('draws the line across unless it would press the marks flat', () => {
    const bars = [series('a', [10], { mark: 'bar' })];
    const lineAt = (value: number): number | null =>
      chartView(spec(bars, { line: { value, label: 'limit' } }), plain).line;
    assert.deepEqual([lineAt(12), lineAt(40), lineAt(41), lineAt(Number.NaN)], [12, 40, null, null]);
  });

  it('fits the value axis to what is visible', () => {
    const given = spec([series('a', [1, 2, 3, 1_000])]);
    assert.ok((chartView(given, { ...plain, zoom: [0, 2] }).y.ticks.at(-1) ?? 0) < 10);
  });

  it('shows all of it when a kept zoom lies beside the data', () => {
    assert.deepEqual(chartView(spec([series('a', [1, 2, 3])]), { ...plain, zoom: [50, 60] }).range, [0, 2]);
  });

  it('has a place for numbers of every size', () => {
    const vast = [-Number.MAX_VALUE, 0, Number.MAX_VALUE, Number.POSITIVE_INFINITY];
    const view = chartView(spec([series('a', vast)]), plain);
    for (const value of view.layers[0]?.values ?? []) {
      if (typeof value === 'number') assert.ok(Number.isFinite(yShare(view.y, value)), String(value));
    }
    assert.equal(view.layers[0]?.values[3], undefined);
    assert.equal(xShare(view, 0), 0);
  });
});

describe('what is read of a chart', () => {
  const two = spec([series('a', [1, Number.NaN, 3, 4]), series('b', [5, 6, null, Number.NaN])]);

  it('finds the nearest point of what is drawn', () => {
    assert.equal(nearestPlace(two, plain, 0.4), 0);
    assert.equal(nearestPlace(two, plain, 99), 3);
    assert.equal(nearestPlace(two, { ...plain, hidden: ['a'] }, 99), 1);
    assert.equal(nearestPlace(two, { ...plain, hidden: ['a', 'b'] }, 1), null);
  });

  it('has the last value of a line that has none at the point, but not across a break', () => {
    const at = (i: number): unknown => readPoint(two, plain, i).rows.map(({ value, from }) => [value, from]);
    assert.deepEqual(at(1), [
      [1, 0],
      [6, null],
    ]);
    assert.deepEqual(at(3), [[4, null]]);
  });

  it('sums bars that stand on each other and leaves out the empty ones', () => {
    const bars = [
      series('a', [1], { mark: 'bar' }),
      series('b', [0], { mark: 'bar' }),
      series('c', [2], { mark: 'bar' }),
      series('expected', [9], { mark: 'bar', projected: true }),
    ];
    const point = readPoint(spec(bars, { stacked: true }), plain, 0);
    assert.equal(point.total, 3);
    assert.deepEqual(
      point.rows.map(({ series: { key } }) => key),
      ['a', 'c', 'expected'],
    );
    assert.equal(pointWords(spec(bars, { stacked: true }), point), '0: Total 3, a 1, c 2, expected 9');
  });

  it('moves with the keys among the points that are visible', () => {
    const values = Array.from({ length: 30 }, (_, i) => i);
    const given = spec([series('a', values)]);
    const move = (key: string, at: number | null): number | null | undefined =>
      placeAfterKey(given, plain, key, at, [5, 20]);
    assert.equal(move('ArrowRight', null), 5);
    assert.equal(move('ArrowLeft', null), 20);
    assert.equal(move('ArrowRight', 20), 20);
    assert.equal(move('Home', 12), 5);
    assert.equal(move('End', null), 20);
    assert.equal(move('PageDown', 6), 16);
    assert.equal(move('PageDown', 16), 20);
    assert.equal(move('PageUp', 6), 5);
    assert.equal(move('Escape', 6), null);
    assert.equal(move('Escape', null), undefined);
    assert.equal(move('a', 6), undefined);
  });

  it('skips places at which nothing was measured', () => {
    const given = spec([series('a', [1, null, Number.NaN, 4])]);
    assert.equal(placeAfterKey(given, plain, 'ArrowRight', 0, [0, 3]), 3);
    assert.equal(placeAfterKey(given, { ...plain, hidden: ['a'] }, 'ArrowRight', null, [0, 3]), null);
  });

  it('zooms around the point, and to all of it at last', () => {
    assert.deepEqual(zoomBy(0.5, [0, 100], 90, [0, 100]), [50, 100]);
    assert.deepEqual(zoomBy(0.5, [0, 100], null, [0, 100]), [25, 75]);
    assert.equal(zoomBy(2, [25, 75], 50, [0, 100]), null);
  });
});

describe('CSV of a chart', () => {
  it('holds every point of every series, days as dates', () => {
    const bars = [
      series('Tokens', [5, null], { mark: 'bar' }),
      series('=cmd', [Number.NaN, 0.1], { mark: 'bar' }),
    ];
    const given = spec(bars, { x: [0, 86_400], scale: 'day', xLabel: 'Day (UTC)' });
    assert.equal(chartCsv(given), "Day (UTC),Tokens,'=cmd\r\n1970-01-01,5,\r\n1970-01-02,,0.1\r\n");
    assert.equal(chartCsv(spec([series('loss', [1, 2])])), 'Step,loss\r\n0,1\r\n1,2\r\n');
  });
});

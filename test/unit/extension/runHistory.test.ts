import assert from 'node:assert/strict';
import { mostMetrics, toColumns } from '../../../src/extension/supabase/runHistory.ts';
import { LineLog } from './support/doubles.ts';

const at = '2026-01-01T00:00:00.5+00:00';
const point = (step: number, metrics: Readonly<Record<string, unknown>>) => ({ step, at, metrics });
const numbers = (buffer: ArrayBuffer) => [...new Float64Array(buffer)];

describe('the columns of a history', () => {
  it('are as long as there are points, each under its name, in the order of names', () => {
    const points = [point(1, { b: 1, a: 2 }), point(5, { a: 3, c: 4 })];
    const { steps, at: times, metrics, lastStep } = toColumns({ points, last_step: 9 }, new LineLog());
    assert.deepEqual(
      [numbers(steps), numbers(times), lastStep],
      [[1, 5], [Date.parse(at), Date.parse(at)], 9],
    );
    assert.deepEqual(
      metrics.map(({ name, values }) => [name, numbers(values)]),
      [
        ['a', [2, 3]],
        ['b', [1, Number.NaN]],
        ['c', [Number.NaN, 4]],
      ],
    );
  });

  it('hold numbers only, whatever a script has logged, and by any name', () => {
    const metrics = JSON.parse('{"a":"1","b":null,"c":[1],"__proto__":2,"constructor":3}');
    const columns = toColumns({ points: [point(0, metrics)], last_step: 0 }, new LineLog()).metrics;
    assert.deepEqual(
      columns.map(({ name, values }) => [name, numbers(values)]),
      [
        ['__proto__', [2]],
        ['constructor', [3]],
      ],
    );
  });

  it('are at most 200, the same ones each time; the answer and the log count the others', () => {
    const metrics = Object.fromEntries(Array.from({ length: 230 }, (_, i) => [`m${i}`, i]));
    const log = new LineLog();
    const names = (points: ReturnType<typeof point>[]) => {
      const { metrics: columns, leftOut } = toColumns({ points, last_step: null }, log);
      assert.equal(leftOut, 30);
      return columns.map(({ name }) => name);
    };
    const first = names([point(0, metrics)]);
    assert.equal(first.length, mostMetrics);
    const turned = Object.fromEntries(Object.entries(metrics).reverse());
    assert.deepEqual(names([point(0, {}), point(1, turned)]), first);
    assert.match(log.lines[0] ?? '', /230 metrics; 30 are left out/);
  });
});

import assert from 'node:assert/strict';
import { excessOf } from '../../../src/local/body.ts';
import { httpLimits } from '../../../src/local/limits.ts';

const [csv, form] = ['text/csv; charset=utf-8', 'Application/x-www-form-urlencoded'];

describe('limits of a body', () => {
  const limits = { depth: 10, values: 400, parameters: 200 };
  const excess = (text: string, type?: string, values = limits.values) =>
    excessOf(Buffer.from(text), { ...limits, values }, type);

  it('know nesting from brackets in text', () => {
    assert.equal(excess('['.repeat(10) + ']'.repeat(10)), null);
    assert.equal(excess('['.repeat(11) + ']'.repeat(11)), 'depth');
    assert.equal(excess(`[${'[],'.repeat(50)}[]]`), null);
    assert.equal(excess(JSON.stringify({ text: '\u001b[31m'.repeat(50), quoted: '\\"[[[' })), null);
    assert.equal(excess(JSON.stringify([JSON.stringify({ a: '['.repeat(50) })])), null);
    assert.equal(excess(JSON.stringify({ a: [` ${'['.repeat(11)}`] })), 'depth');
    assert.equal(excess(`{"a":"${'\\u005b'.repeat(11)}"}`), 'depth');
    assert.equal(excess(`\ufeff{"a":"${'\\u005b'.repeat(11)}"}`), 'depth', 'after a byte order mark');
  });

  it('know nesting in the fields of CSV and forms, whatever else they may be', () => {
    assert.equal(excess(`a,b\n1,${'['.repeat(11)}`, csv), 'depth');
    assert.equal(excess(`a,b\n1,"${'[""x"",'.repeat(11)}"`, csv), 'depth');
    assert.equal(excess(`a,b\n1,${'{"a":'.repeat(11)}`, csv), 'depth');
    // An array of JSON, of which the second string ends elsewhere for who reads CSV.
    assert.equal(excess(`["a","b",\n"x\\",${'['.repeat(11)}"]`, csv), 'depth');
    assert.equal(excess('a,b\n[draft,"{""loss"":[1]}"\n'.repeat(50), csv), null);
    assert.equal(excess(`a=1&b=${'%5B'.repeat(11)}`, form), 'depth');
    assert.equal(excess(`a=${'%5B1%5D&a='.repeat(50)}`, form), null);
    for (const type of [csv, form])
      assert.equal(excess(`{"data":${'['.repeat(11)}${']'.repeat(11)}}`, type), 'depth');
  });

  it('count values of all levels, in strings as well, and no commas of words', () => {
    const list = (length: number) => `[${Array.from({ length }, () => 1).join()}]`;
    assert.equal(excess(list(400)), null);
    assert.equal(excess(list(401)), 'values');
    assert.equal(excess(`{"a":${list(200)},"b":{"c":${list(200)}}}`), 'values');
    assert.equal(excess(JSON.stringify({ a: list(150), b: list(150) })), null);
    assert.equal(excess(JSON.stringify({ a: list(250), b: list(250) })), 'values');
    assert.equal(excess(JSON.stringify({ a: ','.repeat(1_000), b: 'a\\", [' })), null);
    assert.equal(excess(`a,b\n1,"${list(401)}"`, csv), 'values');
    assert.equal(excess(`a=1&b=${encodeURIComponent(list(401))}`, form), 'values');
    for (const type of [csv, form]) assert.notEqual(excess(`{"data":${list(401)}}`, type), null);
  });

  it('count the parameters that rows become: those of one statement', () => {
    const rows = (length: number, row: string) => `[${Array.from({ length }, () => row).join()}]`;
    assert.equal(excess(rows(100, '{"a":1,"b":2}')), null);
    assert.equal(excess(rows(101, '{"a":1,"b":2}')), 'parameters');
    assert.equal(excess(rows(201, '{}'), undefined, 500), 'parameters');
    assert.equal(excess(rows(90, '{"a":[1,2]}')), null, 'a value of a row is one, whatever it holds');
    assert.equal(excess(`{"points":${rows(199, '1')}}`), null, 'arguments of a function are no rows');
    assert.equal(excess(`a,b\n${'1,2\n'.repeat(100)}`, csv), null);
    assert.equal(excess(`a,b\n${'1,2\n'.repeat(101)}`, csv), 'parameters');
    assert.equal(
      excess(`a,b\r\n${'1,"x\ny"\r\n'.repeat(100)}`, csv),
      null,
      'a quoted line break ends no row',
    );
    assert.equal(excess(`${'a,'.repeat(50)}\n${'1\n'.repeat(5)}`, csv), 'parameters', 'short rows');
    assert.equal(excess(`a\n${'1,'.repeat(202)}`, csv), 'parameters', 'long rows');
    assert.equal(excess('a=1&'.repeat(199), form), null);
    assert.equal(excess('&'.repeat(200), form), 'parameters');
  });

  it('let pass what scripts send at most', () => {
    const numbers = (length: number, of: (n: number) => readonly [string, unknown]) =>
      Object.fromEntries(Array.from({ length }, (_, n) => of(n)));
    const row = numbers(60, (n) => [`column_${n}`, n / 7]);
    const rows = Array.from({ length: 1_000 }, () => row);
    const point = {
      step: 1,
      at: '2026-11-30T00:00:00Z',
      metrics: numbers(100, (n) => [`metric_${n}`, n / 7]),
    };
    const call = { run_id: 'x', points: Array.from({ length: 5_000 }, () => point) };
    for (const body of [rows, call])
      assert.equal(excessOf(Buffer.from(JSON.stringify(body)), httpLimits), null);
  });
});

import assert from 'node:assert/strict';
import { type Cell, csvName, toCsv } from '../../src/webview/state/csv.ts';

const cells = (...values: Cell[]): string => {
  const columns = values.map((value, n) => ({ name: `c${n}`, cell: () => value }));
  return toCsv(columns, [null]).split('\r\n').slice(1, -1).join('\r\n');
};

describe('CSV', () => {
  it('has a line of names and a line a row, each ended by CRLF', () => {
    const columns = [
      { name: 'name', cell: (row: { name: string; size: number }) => row.name },
      { name: 'size', cell: (row: { name: string; size: number }) => row.size },
    ];
    const rows = [
      { name: 'a', size: 1.5 },
      { name: 'b', size: -2e21 },
    ];
    assert.equal(toCsv(columns, rows), 'name,size\r\na,1.5\r\nb,-2e+21\r\n');
    assert.equal(toCsv(columns, []), 'name,size\r\n');
  });

  it('quotes what would end a field or a line', () => {
    assert.equal(
      cells('a,b', 'say "hi"', 'two\nlines', ' plain '),
      '"a,b","say ""hi""","two\nlines", plain ',
    );
  });

  it('leaves a cell empty where there is no value', () => {
    assert.equal(cells(null, Number.NaN, Number.POSITIVE_INFINITY, '', 0), ',,,,0');
  });

  it('hands no formula to a spreadsheet, neither in a cell nor in a name', () => {
    for (const text of ['=1+1', '+cmd', '-2+3', '@SUM(A1)', '＝1', '－1']) {
      assert.equal(cells(text), `'${text}`);
    }
    assert.equal(cells('=HYPERLINK("http://x","y")'), '"\'=HYPERLINK(""http://x"",""y"")"');
    assert.equal(cells('\r=1'), '"\'\r=1"');
    assert.equal(cells('\t=1'), '"\'\t=1"');
    assert.equal(cells('a;=1', 'b\t=1'), '"a;=1","b\t=1"', 'other spreadsheets part cells there');
    assert.equal(toCsv([{ name: '=1', cell: () => 1 }], [null]), "'=1\r\n1\r\n");
  });

  it('keeps numbers as they are, also those that came as text', () => {
    assert.equal(cells(-5, '-5', '+1.25'), '-5,-5,+1.25');
  });

  it('is named after what it is of and the day', () => {
    const now = Date.parse('2026-11-22T23:59:00Z');
    assert.equal(csvName('Models of char-lm', now), 'runglass-models-of-char-lm-2026-11-22.csv');
    assert.equal(csvName('../../etc/ passwd', now), 'runglass-etc-passwd-2026-11-22.csv');
    assert.equal(csvName('模型', now), 'runglass-data-2026-11-22.csv');
  });
});

import assert from 'node:assert/strict';
import { bindingId, describeBinding, parseBinding } from '../../../src/local/realtime/filter.ts';

describe('realtime bindings', () => {
  const filtersOf = (filter: string) => {
    const parsed = parseBinding({ event: '*', schema: 'public', table: 't', filter });
    return 'binding' in parsed
      ? parsed.binding.filters.map(({ column, operator, value, negated }) => [
          column,
          operator,
          value,
          negated,
        ])
      : parsed.error;
  };

  it('reads filters', () => {
    assert.deepEqual(filtersOf(''), []);
    assert.deepEqual(filtersOf('a=eq.1'), [['a', 'eq', '1', false]]);
    assert.deepEqual(filtersOf('a=not.in.(1,2),b=like.x.y=z'), [
      ['a', 'in', '{1,2}', true],
      ['b', 'like', 'x.y=z', false],
    ]);
  });

  it('refuses what is none, in the words of the real server', () => {
    assert.equal(filtersOf('undefined'), 'Error parsing `filter` params: ["undefined"]');
    assert.equal(filtersOf('n=foo.1'), 'Error parsing `filter` params: ["foo", "1"]');
    assert.deepEqual(parseBinding({ event: '*' }), {
      error:
        'No subscription params provided. Please provide at least a `schema` or `table` to subscribe to: %{"event" => "*"}',
    });
  });

  it('takes any event that it does not know for all, and * for what is left out', () => {
    const parsed = parseBinding({ event: 'FOO', schema: 'public' });
    assert.ok('binding' in parsed);
    assert.equal(parsed.binding.event, '*');
    assert.equal(parsed.binding.table, '*');
    assert.equal(
      describeBinding(parsed.binding),
      '[event: *, schema: public, table: *, filters: [], select: nil]',
    );
  });

  it('gives equal parameters the same id of 27 bits, whatever their order', () => {
    const id = bindingId({ event: '*', schema: 'public', table: 't' });
    assert.equal(bindingId({ table: 't', schema: 'public', event: '*' }), id);
    assert.notEqual(bindingId({ event: '*', schema: 'public', table: 'u' }), id);
    assert.ok(Number.isInteger(id) && id >= 0 && id < 2 ** 27);
  });
});

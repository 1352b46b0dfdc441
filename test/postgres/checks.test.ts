import assert from 'node:assert/strict';
import { insert, type SyncedTable, sample, sqlState, useDatabase } from './support.ts';

const long = (length: number) => JSON.stringify({ a: 'x'.repeat(length) });

/** What somebody may try to write: another word, another form, or more than a column has room for. */
const refused: readonly (readonly [SyncedTable, Readonly<Record<string, unknown>>])[] = [
  ['projects', { status: '<script>' }],
  ['projects', { color: 'url(https://evil.example)' }],
  ['training_runs', { status: '<script>' }],
  ['training_runs', { metrics: long(9_000) }],
  ['training_runs', { metrics: '[]' }],
  ['models', { status: '<script>' }],
  ['models', { metrics: long(9_000) }],
  ['usage_tracking', { metric: 'x'.repeat(101) }],
  ['usage_tracking', { amount: 'Infinity' }],
  ['ide_sync_events', { event_type: 'x'.repeat(101) }],
  ['ide_sync_events', { payload: long(40_000) }],
  ['subscriptions', { status: '<script>' }],
  ['subscriptions', { upgrade_url: 'javascript:evil()' }],
  ['subscriptions', { upgrade_url: 'command:workbench.action.quit' }],
  ['subscriptions', { currency: '<b>' }],
];

describe('checks of columns', () => {
  const database = useDatabase();

  it('refuse what has no word, form or length of theirs, whoever writes it', async () => {
    const { id: user_id } = await database.newUser();
    const admin = await database.admin();
    for (const [table, row] of refused)
      assert.equal(
        await sqlState(insert(admin, table, { user_id, ...sample[table], ...row })),
        '23514',
        `${table} ${JSON.stringify(row).slice(0, 60)}`,
      );
  });
});

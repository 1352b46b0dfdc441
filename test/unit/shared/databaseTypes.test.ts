import assert from 'node:assert/strict';
import type { Database } from '../../../src/shared/database.types.ts';
import { type Rows, rowSchemas, type Table } from '../../../src/shared/model.ts';

/** True when both types have exactly the same keys. */
type SameKeys<A, B> = [keyof A, keyof B] extends [keyof B, keyof A]
  ? true
  : { onlyLeft: Exclude<keyof A, keyof B>; onlyRight: Exclude<keyof B, keyof A> };
type RowOf<T extends Table> = Database['public']['Tables'][T]['Row'];
/** Columns that may be null in the database but not in the model. */
type NullsLost<T extends Table> = {
  [K in keyof RowOf<T> & keyof Rows[T]]: null extends RowOf<T>[K]
    ? null extends Rows[T][K]
      ? never
      : K
    : never;
}[keyof RowOf<T> & keyof Rows[T]];

/** Columns of src/shared/model.ts against the generated types; a difference does not compile. */
const sameColumns: { [T in Table]: SameKeys<RowOf<T>, Rows[T]> } = {
  usage_tracking: true,
  subscriptions: true,
  ide_sync_events: true,
  models: true,
  training_runs: true,
  projects: true,
};
const noColumnLosesNull: { [T in Table]: [NullsLost<T>] extends [never] ? true : NullsLost<T> } = {
  usage_tracking: true,
  subscriptions: true,
  ide_sync_events: true,
  models: true,
  training_runs: true,
  projects: true,
};

describe('database types', () => {
  it('name the columns of the model, for every table', () => {
    const tables = Object.keys(rowSchemas).sort();
    assert.deepEqual(Object.keys(sameColumns).sort(), tables);
    assert.deepEqual(Object.keys(noColumnLosesNull).sort(), tables);
  });
});

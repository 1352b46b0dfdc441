import assert from 'node:assert/strict';
import { startBackend, type TestBackend, type TestUser } from '../support/backend.ts';

describe('identity under concurrency', function () {
  this.timeout(120_000);
  let backend: TestBackend;
  let users: readonly TestUser[];

  before(async () => {
    backend = await startBackend();
    users = [await backend.newUser(), await backend.newUser()];
    for (const user of users) {
      const { error } = await user.client.from('projects').insert({ name: user.id });
      assert.equal(error, null);
    }
  });
  after(() => backend?.stop());

  // With the package's own PGlite driver 40 of 80 ran under the other user's identity.
  it('never runs one of 80 requests of the same tick as another user', async () => {
    const answers = await Promise.all(
      Array.from({ length: 80 }, (_, index) => {
        const user = users[index % 2];
        assert.ok(user);
        return index % 4 < 2
          ? user.client
              .from('projects')
              .select('name')
              .then(({ data }) => ({ user, names: data?.map(({ name }) => name) }))
          : user.client.rpc('sync_pull').then(({ data }) => ({
              user,
              names: data.changes.map((change: { row: { name: string } }) => change.row.name),
            }));
      }),
    );
    const wrong = answers.filter(({ user, names }) => names?.length !== 1 || names[0] !== user.id);
    assert.equal(wrong.length, 0);
  });

  it('writes as the caller while others read, sign in and subscribe', async () => {
    const writes = Array.from({ length: 40 }, (_, index) => {
      const user = users[index % 2];
      assert.ok(user);
      return user.client
        .from('training_runs')
        .insert({ name: 'w' })
        .select('user_id')
        .single()
        .then(({ data }) => assert.equal(data?.user_id, user.id));
    });
    const others = users.flatMap((user) => [
      backend.anonymous().auth.signInWithPassword({ email: user.email, password: user.password }),
      backend
        .anonymous()
        .from('projects')
        .select()
        .then(({ data }) => assert.equal(data?.length ?? 0, 0)),
      user.client.rpc('sync_ping', { nonce: crypto.randomUUID() }),
    ]);
    await Promise.all([...writes, ...others]);
  });
});

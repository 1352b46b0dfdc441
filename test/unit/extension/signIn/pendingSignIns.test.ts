import assert from 'node:assert/strict';
import type { RemoteProfile } from '../../../../src/extension/accounts/profiles.ts';
import type { Answer } from '../../../../src/extension/accounts/signIn/callback.ts';
import { PendingSignIns } from '../../../../src/extension/accounts/signIn/pendingSignIns.ts';
import { challengeOf } from '../../../../src/extension/accounts/signIn/pkce.ts';
import { ManualClock, SharedSecret, settle } from '../support/doubles.ts';

const profile: RemoteProfile = {
  kind: 'remote',
  url: 'https://abcd.example.co',
  publishableKey: 'sb_publishable_x',
  label: 'abcd.example.co',
};
const code: Answer = { kind: 'code', code: 'the code' };
const minute = 60_000;

class Setup {
  readonly clock = new ManualClock();
  readonly secret = new SharedSecret();
  #lock: Promise<unknown> = Promise.resolve();

  /** As one window sees them. */
  window(): PendingSignIns {
    return new PendingSignIns({
      store: this.secret.open(),
      lock: <T>(task: () => Promise<T>) => {
        const result = this.#lock.then(task);
        this.#lock = result.catch(() => {});
        return result;
      },
      now: this.clock.now,
    });
  }
}

describe('a sign-in that waits for a browser', () => {
  it('is answered in any window, and the one that asked gets that, once', async () => {
    const setup = new Setup();
    const [asking, other] = [setup.window(), setup.window()];
    const { state, verifier } = await asking.begin(profile, null);
    const found: Answer[] = [];
    asking.await(state, (answer, pending) => {
      found.push(answer);
      assert.equal(pending.verifier, verifier);
    });
    assert.equal(await other.answer(state, code), true);
    for (let turn = 0; turn < 10 && found.length === 0; turn += 1) await settle();
    assert.deepEqual(found, [code]);
    assert.equal(await other.take(state), null, 'nobody takes it twice');
    assert.equal(setup.secret.value, null, 'nothing of it is kept');
  });

  it('is taken by the window that the browser came to, when the one that asked is gone', async () => {
    const setup = new Setup();
    const { state } = await setup.window().begin(profile, 'a@example.com');
    const later = setup.window();
    assert.equal(await later.answer(state, code), true);
    const taken = await later.take(state);
    assert.deepEqual([taken?.answer, taken?.profile, taken?.email], [code, profile, 'a@example.com']);
  });

  it('is answered once: what comes after changes nothing', async () => {
    const setup = new Setup();
    const window = setup.window();
    const { state } = await window.begin(profile, null);
    assert.equal(await window.answer(state, code), true);
    assert.equal(await window.answer(state, { kind: 'code', code: 'of somebody else' }), false);
    assert.deepEqual((await window.take(state))?.answer, code);
    assert.equal(await window.answer(state, code), false);
  });

  it('is not answered by a state that nobody made', async () => {
    const setup = new Setup();
    const window = setup.window();
    const { state } = await window.begin(profile, null);
    for (const wrong of ['', 'x', state.slice(1), `${state}x`, state.toUpperCase()])
      assert.equal(await window.answer(wrong, code), false, wrong);
    assert.equal((await window.take(state))?.answer, null);
  });

  it('has two secrets of its own, of which the server is told a hash of one', async () => {
    const window = new Setup().window();
    const [one, other] = [await window.begin(profile, null), await window.begin(profile, null)];
    assert.equal(new Set([one.state, one.verifier, other.state, other.verifier]).size, 4);
    for (const secret of [one.state, one.verifier]) assert.match(secret, /^[\w-]{43}$/);
    assert.match(challengeOf(one.verifier), /^[\w-]{43}$/);
    // RFC 7636, appendix B.
    assert.equal(
      challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'),
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    );
  });

  for (const [email, minutes] of [
    [null, 10],
    ['a@example.com', 60],
  ] as const)
    it(`of ${email ? 'a mail' : 'a browser'} expires after ${minutes} minutes`, async () => {
      const setup = new Setup();
      const window = setup.window();
      const [first, second] = [await window.begin(profile, email), await window.begin(profile, email)];
      setup.clock.jump(minutes * minute - 1);
      assert.equal(await window.answer(first.state, code), true);
      setup.clock.jump(1);
      assert.equal(await window.answer(second.state, code), false);
      assert.equal(await window.take(first.state), null);
    });

  it('reads as none when the secret is damaged', async () => {
    for (const damaged of ['', '{', '{}', '[1]', 'null']) {
      const setup = new Setup();
      setup.secret.value = damaged;
      assert.equal(await setup.window().answer('state', code), false);
      assert.ok(await setup.window().begin(profile, null));
    }
  });

  it('is forgotten with its backend, of which the user signs out', async () => {
    const setup = new Setup();
    const window = setup.window();
    await window.begin(profile, 'ada@example.com');
    const other = { ...profile, url: 'https://other.example.co' };
    const { state } = await window.begin(other, null);
    await window.forget(profile);
    assert.ok(!setup.secret.value?.includes('ada@example.com'));
    assert.ok(await window.isOpen(state));
    await window.forget(other);
    assert.equal(setup.secret.value, null);
  });

  it('gives way to eight newer ones', async () => {
    const setup = new Setup();
    const window = setup.window();
    const first = await window.begin(profile, null);
    const others = [];
    for (let count = 0; count < 8; count += 1) others.push(await window.begin(profile, null));
    assert.equal(await window.answer(first.state, code), false);
    for (const { state } of others) assert.equal(await window.answer(state, code), true);
  });

  it('no longer waited for, tells nobody', async () => {
    const setup = new Setup();
    const window = setup.window();
    const { state } = await window.begin(profile, null);
    window.await(state, () => assert.fail('told')).dispose();
    await window.answer(state, code);
    await settle();
    assert.equal(setup.secret.listenerCount, 0);
  });
});

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, eventually } from '../support/extension.ts';
import { pause, useScene } from '../support/scene.ts';
import { Subscriber } from '../support/subscriber.ts';

/** Shorter than the 10 s after which the engine renews a token at the earliest, s: each one expires on its channel. */
const tokenLifetime = 9;

describe('a session that changes', function () {
  this.timeout(180_000);
  const scene = useScene('--token-lifetime', String(tokenLifetime));

  it('expires on an open channel, again and again: right with each new token', async () => {
    const from = Date.now();
    await scene.change();
    await scene.logs('Token has expired', from, tokenLifetime * 1_000 + 20_000);
    await scene.settles(30_000);
    for (const { status } of scene.page.between(from, Date.now()))
      assert.notEqual(status.state, 'setup', 'nobody has to mend anything');
  });

  it('expires while the network is cut: the token is renewed before the channel is joined with it', async () => {
    const cut = Date.now();
    scene.proxy.cut();
    await scene.change();
    await pause(cut + (tokenLifetime + 1) * 1_000 - Date.now());
    const { length } = scene.proxy.requests;
    scene.proxy.heal();
    await scene.settles(30_000);
    const requests = scene.proxy.requests.slice(length);
    const first = (what: string) => requests.findIndex((path) => path.includes(what));
    assert.ok(first('grant_type=refresh_token') >= 0);
    assert.ok(first('grant_type=refresh_token') < first('/realtime/v1/websocket'), requests.join('\n'));
  });

  it('is revoked elsewhere: says so and shows nothing more, and is right after signing in again', async () => {
    const { client } = await scene.clientOf(scene.user);
    const from = Date.now();
    const { error } = await client.auth.signOut({ scope: 'global' });
    assert.equal(error, null);
    await scene.says(['signedOut'], from, 45_000);
    assert.match(scene.page.status?.message ?? '', /session has ended/);
    assert.equal(scene.page.told.at(-1)?.owners.size, 0, 'no row is left on the page');
    await scene.change();
    scene.become(scene.user, scene.userId, new Subscriber(await activated(), scene.userId));
    await scene.signIn(scene.user);
    await scene.settles(30_000);
  });

  it("becomes another user's while a pull is unanswered: not one row of the former is shown", async () => {
    const other = await scene.newUser();
    const otherId = await scene.idOf(other);
    const former = scene.userId;
    const subscriber = new Subscriber(await activated(), otherId);
    const from = Date.now();
    // So that it is the pull whose answer has the changes of the former user.
    scene.proxy.stall({ only: 'websocket' });
    await scene.change(former);
    scene.proxy.withhold('/rpc/sync_pull');
    const refreshed = vscode.commands.executeCommand('runglass.refresh');
    await eventually('an answer that does not arrive', () => scene.proxy.withheld || null);
    // Signing in asks for a pull as well.
    scene.proxy.withhold(null);
    const changed = scene.change(otherId);
    assert.ok(scene.proxy.withheld > 0, 'a pull is unanswered');
    await scene.signIn(other);
    await changed;
    scene.proxy.heal();
    await refreshed;
    scene.become(other, otherId, subscriber);
    await scene.settles(30_000);
    for (const { status, owners } of scene.page.between(from, Date.now())) {
      const mayShow = status.account === other.email ? otherId : former;
      assert.deepEqual(
        [...owners].filter((owner) => owner !== mayShow),
        [],
        `shown to ${status.account}`,
      );
    }
    assert.deepEqual([...subscriber.owners], [otherId]);
  });

  it('has told the page of no token, key or password in all that', () => {
    const { sent } = scene.page;
    assert.match(sent[0] ?? '', /^<!DOCTYPE html>/);
    assert.ok(sent.length > 10);
    const { publishableKey, secretKey } = scene.backend.ready;
    const secrets = [publishableKey, secretKey, scene.backend.ready.user.password, scene.user.password];
    const named =
      /"(access_?token|refresh_?token|password|api_?key|authorization|\w*secret\w*|publishable_?key)":/i;
    for (const text of sent) {
      for (const secret of secrets) assert.ok(!text.includes(secret), text.slice(0, 200));
      assert.doesNotMatch(text, /eyJ[\w-]+\.[\w-]+\.|sb_(publishable|secret)_/);
      assert.doesNotMatch(text, named);
    }
  });
});

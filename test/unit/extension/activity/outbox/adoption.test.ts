import assert from 'node:assert/strict';
import type { AccountBox } from '../../../../../src/extension/activity/outbox/accountBox.ts';
import { groupFor } from '../../../../../src/extension/activity/outbox/groupWriter.ts';
import { maxAge } from '../../../../../src/extension/activity/outbox/journal.ts';
import { recover } from '../../../../../src/extension/activity/outbox/records.ts';
import { settle } from '../../support/doubles.ts';
import { account, event, flushAfter, Machine } from '../support.ts';

const other = { backend: account.backend, user: 'user-2' };
const names = (count: number) => Array.from({ length: count }, (_, i) => `e${i}`);

/** A window that has events on disk and dies without another word. */
async function orphan(machine: Machine, window: string, whose = account, ...events: readonly string[]) {
  const box = machine.store(window).open(whose);
  for (const id of events) box.add(event(id, machine.clock.now()));
  await machine.clock.advance(groupFor);
  machine.kill(window);
  return box;
}

async function sent(machine: Machine, ...boxes: readonly AccountBox[]): Promise<string[]> {
  for (const box of boxes) box.attach(machine.server.send, flushAfter);
  await machine.clock.advance(120_000);
  return [...machine.server.ids].sort();
}

describe('orphaned journals', () => {
  it('are adopted by the next window of the account, and by nobody else', async () => {
    const machine = new Machine();
    await orphan(machine, 'w1', account, 'e0', 'e1');
    const stranger = machine.store('w2').open(other);
    assert.deepEqual(await sent(machine, stranger), []);
    const heir = machine.store('w3').open(account);
    assert.deepEqual(await sent(machine, heir), ['e0', 'e1']);
    await machine.clock.advance(120_000);
    await heir.close();
    await stranger.close();
    assert.deepEqual(machine.folder.journals, []);
    assert.equal(machine.folder.files.has('w1.window'), false, 'no trace of the dead window');
  });

  it('are those of dead windows only', async () => {
    const machine = new Machine();
    const living = machine.store('w1').open(account);
    living.add(event('e0', machine.clock.now()));
    await machine.clock.advance(groupFor);
    const second = machine.store('w2').open(account);
    assert.deepEqual(await sent(machine, second), []);
    assert.deepEqual(await sent(machine, living), ['e0']);
  });

  it('go to one of several windows that want them at once', async () => {
    for (const heirCount of [2, 3]) {
      const machine = new Machine();
      const windows = Array.from({ length: 6 }, (_, i) => `w${i}`);
      for (const window of windows) await orphan(machine, window, account, `of ${window}`);
      const names = Array.from({ length: heirCount }, (_, i) => `h${i}`);
      const heirs = names.map((window) => machine.store(window).open(account));
      await settle();
      await machine.clock.advance(1_000);
      assert.equal(
        heirs.reduce((sum, { pending }) => sum + pending, 0),
        windows.length,
        'each event is in one journal',
      );
      assert.deepEqual(
        await sent(machine, ...heirs),
        windows.map((window) => `of ${window}`),
      );
      assert.equal(machine.server.repeats, 0);
    }
  });

  it('are not lost by a window that dies while it takes them over, at whatever step', async () => {
    for (let step = 0; step < 60; step += 1) {
      const machine = new Machine();
      await orphan(machine, 'w1', account, ...names(3));
      let left = step;
      machine.onAccess = (window) => {
        if (window === 'w2' && left-- === 0) machine.kill(window);
      };
      const box = machine.store('w2').open(account);
      box.attach(machine.server.send, 1_000);
      await machine.clock.advance(3_000);
      const died = left < 0;
      machine.kill('w2');
      const heir = machine.store('w3').open(account);
      assert.deepEqual(await sent(machine, heir), names(3), `step ${step}`);
      if (!died) return;
    }
    assert.fail('it never got to the end');
  });

  it('are own events of the account that has them, from the journal to the rows', async () => {
    const machine = new Machine();
    await orphan(machine, 'w1', account, 'e0');
    const heir = machine.store('w2').open(account);
    const stranger = machine.store('w3').open(other);
    await machine.clock.advance(1_000);
    heir.add(event('e1', machine.clock.now()));
    const rows = { has: () => false, asOf: machine.clock.now() };
    const own = () => heir.ownEvents(rows).map((one) => `${one.event.id} ${one.state}`);
    assert.deepEqual(own(), ['e0 waiting', 'e1 waiting']);
    machine.server.poison.add('e1');
    await sent(machine, heir);
    assert.deepEqual(own(), ['e0 sent', 'e1 refused']);
    assert.deepEqual(heir.ownEvents({ ...rows, asOf: machine.clock.now() }).length, 1);
    heir.discardRefused();
    assert.deepEqual([own(), stranger.ownEvents(rows)], [[], []]);
  });

  it('with damaged lines lose those, and that is said', async () => {
    const machine = new Machine();
    await orphan(machine, 'w1', account, ...names(3));
    const [name = ''] = machine.folder.journals;
    const lines = machine.folder.files.get(name)?.text.split('\n') ?? [];
    machine.folder.put(name, ['torn header', lines[1], '{"event":', lines[3]].join('\n'));
    const heir = machine.store('w2').open(account);
    assert.deepEqual(await sent(machine, heir), ['e0', 'e2']);
    assert.match(
      machine.log.lines.join('\n'),
      /had 2 damaged lines, which are lost; 2 events of it are sent/,
    );
    assert.deepEqual(heir.trouble, { kind: 'damaged', lines: 2 }, 'and not only in the log');
    const before = machine.changes;
    heir.dismissDropped();
    assert.deepEqual([heir.trouble, machine.changes - before], [null, 1]);
  });

  it('of another account than their name says are left alone', async () => {
    const machine = new Machine();
    await orphan(machine, 'w1', other, 'e0');
    const [name = ''] = machine.folder.journals;
    await machine.folder.rename(name, name.replace('.user2.', '.user1.'));
    const heir = machine.store('w2').open(account);
    assert.deepEqual(await sent(machine, heir), []);
    assert.match(machine.log.lines.join('\n'), /of another account/);
    assert.equal(machine.folder.journals.length, 1);
  });

  it('carry what was put aside and the count of what was dropped', async () => {
    const machine = new Machine();
    machine.server.poison.add('bad');
    const first = machine.store('w1').open(account);
    first.add(event('bad', machine.clock.now()));
    await sent(machine, first);
    assert.equal(first.refused, 1);
    machine.kill('w1');
    const heir = machine.store('w2').open(account);
    await machine.clock.advance(1_000);
    assert.equal(heir.refusedEvents()[0]?.event.id, 'bad');
    assert.equal(machine.folder.journals.length, 1);
    await heir.close();
    assert.equal(machine.folder.journals.length, 1, 'kept for somebody to look at');
  });

  it('wait while another account is signed in in the same window, and are sent when it is back', async () => {
    const machine = new Machine();
    const store = machine.store('w1');
    const first = store.open(account);
    first.add(event('of user 1', machine.clock.now()));
    await first.release();
    const second = store.open(other);
    assert.deepEqual(await sent(machine, second), []);
    await second.release();
    assert.deepEqual(await sent(machine, store.open(account)), ['of user 1']);
  });

  it('of nobody who signs in are removed after 14 days, not after jumps of the clock', async () => {
    const machine = new Machine();
    await orphan(machine, 'w1', other, 'e0');
    const window = machine.store('w2').open(account);
    for (let jumps = 0; jumps < 2; jumps += 1) {
      machine.clock.jump(2 * maxAge);
      await machine.clock.advance(120_000);
    }
    machine.clock.jump(-4 * maxAge);
    await machine.clock.advance(3 * 3_600_000);
    assert.equal(machine.folder.journals.length, 1);
    machine.clock.jump(maxAge);
    await machine.clock.advance(2 * 3_600_000);
    assert.equal(machine.folder.journals.length, 0);
    assert.match(machine.log.lines.join('\n'), /nobody signed in for was removed/);
    await window.close();
  });

  it('are forgotten with a sign-out, in other windows as well, and in those that end with it', async () => {
    const machine = new Machine();
    await orphan(machine, 'w1', account, 'dead');
    await orphan(machine, 'w0', other, 'of user 2');
    const here = machine.store('w2').open(account);
    const there = machine.store('w3').open(account);
    const ending = machine.store('w4').open(account);
    const leaving = machine.store('w5').open(account);
    const dying = machine.store('w6').open(account);
    for (const [i, box] of [here, there, ending, leaving, dying].entries())
      box.add(event(`e${i}`, machine.clock.now()));
    await machine.clock.advance(groupFor);
    assert.equal(await there.followSignOut(), false, 'nobody has signed out yet');
    await here.signOut();
    // Long enough for the windows that have not heard of it to look for orphans.
    await machine.clock.advance(120_000);
    assert.equal(await there.followSignOut(), true);
    assert.deepEqual([here.pending, there.pending], [0, 0]);
    await Promise.all([ending.close(), leaving.release()]);
    for (const window of ['w4', 'w5', 'w6']) machine.kill(window);
    assert.deepEqual(
      machine.folder.journals.filter((name) => name.includes('.user1.')).map((name) => name.split('.')[0]),
      ['w6'],
    );
    const back = machine.store('w7').open(account);
    assert.deepEqual(await sent(machine, back), []);
    back.add(event('new', machine.clock.now()));
    assert.deepEqual(await sent(machine, back), ['new']);
    assert.deepEqual(
      machine.folder.journals.filter((name) => name.includes('.user2.')).length,
      1,
      'another account is not concerned',
    );
    assert.equal(await back.followSignOut(), false, 'the note is gone');
  });

  it('are forgotten with a sign-out of an account that no box is open for, in other windows as well', async () => {
    const machine = new Machine();
    await orphan(machine, 'w1', account, 'dead');
    await orphan(machine, 'w0', other, 'of user 2');
    const there = machine.store('w3').open(account);
    there.add(event('e0', machine.clock.now()));
    await machine.clock.advance(groupFor);
    await machine.store('w2').forgetAccount(account);
    assert.equal(await there.followSignOut(), true);
    assert.equal(there.pending, 0);
    await there.close();
    assert.deepEqual(
      machine.folder.journals.map((name) => name.split('.')[0]),
      ['w0'],
      'another account is not concerned',
    );
  });

  it('stay in memory and in their file while the disk is full', async () => {
    const machine = new Machine();
    await orphan(machine, 'w1', account, ...names(3));
    machine.folder.failure = () => 0;
    const heir = machine.store('w2').open(account);
    await machine.clock.advance(5_000);
    assert.equal(heir.pending, 3);
    const texts = machine.folder.journals.map((name) => machine.folder.files.get(name)?.text ?? '');
    assert.equal(recover(texts.join('')).events.length, 3);
    assert.equal(heir.trouble?.kind, 'storage');
    assert.deepEqual(await sent(machine, heir), names(3));
    machine.folder.failure = () => null;
    await machine.clock.advance(120_000);
    assert.equal(heir.trouble, null);
    const left = machine.folder.journals.map((name) => machine.folder.files.get(name)?.text ?? '');
    assert.deepEqual(
      left.flatMap((text) => recover(text).events),
      [],
      'they are not sent once more by the next window',
    );
  });

  it('do not make a new event wait while the disk is full', async () => {
    const machine = new Machine();
    machine.folder.failure = () => 0;
    const box = machine.store('w1').open(account);
    box.attach(machine.server.send, 1_000);
    box.add(event('e0'));
    await machine.clock.advance(600_000);
    box.add(event('e1'));
    await machine.clock.advance(1_000);
    assert.deepEqual([...machine.server.ids], ['e0', 'e1'], 'not even until the disk is tried again');
  });

  it('that could not be copied yet are forgotten with a sign-out as well', async () => {
    const machine = new Machine();
    await orphan(machine, 'w1', account, ...names(3));
    machine.folder.failure = (_, text) => (text === '' ? null : 0);
    const heir = machine.store('w2').open(account);
    await machine.clock.advance(5_000);
    assert.equal(heir.pending, 3);
    await heir.signOut();
    assert.deepEqual([machine.folder.journals, heir.pending], [[], 0]);
    await heir.close();
  });

  it('are tried again or discarded by the window that took them over, and stay so', async () => {
    const machine = new Machine();
    machine.server.poison.add('e0').add('e1');
    const first = machine.store('w1').open(account);
    for (const id of ['e0', 'e1']) first.add(event(id, machine.clock.now()));
    await sent(machine, first);
    assert.equal(first.refused, 2);
    machine.kill('w1');
    const second = machine.store('w2').open(account);
    await machine.clock.advance(1_000);
    second.retryRefused();
    await machine.clock.advance(1_000);
    machine.kill('w2');
    machine.server.poison.clear();
    machine.server.poison.add('e1');
    const third = machine.store('w3').open(account);
    await machine.clock.advance(1_000);
    assert.deepEqual([third.pending, third.refused], [2, 0]);
    assert.deepEqual(await sent(machine, third), ['e0']);
    third.discardRefused();
    await machine.clock.advance(1_000);
    machine.kill('w3');
    const fourth = machine.store('w4').open(account);
    await machine.clock.advance(1_000);
    assert.deepEqual([fourth.pending, fourth.refused], [0, 0]);
  });

  it('are none while their window has yet to make itself known: it writes nothing before', async () => {
    const machine = new Machine();
    machine.announcing = 3_000;
    const young = machine.store('w1').open(account);
    young.add(event('e0', machine.clock.now()));
    const other = machine.store('w2').open(account);
    await machine.clock.advance(20_000);
    assert.deepEqual([young.pending, other.pending], [1, 0]);
    assert.equal(machine.folder.journals.length, 1);
  });
});

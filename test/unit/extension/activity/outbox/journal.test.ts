import assert from 'node:assert/strict';
import { groupFor } from '../../../../../src/extension/activity/outbox/groupWriter.ts';
import {
  ageCheck,
  capacity,
  maxAge,
  maxQuarantined,
} from '../../../../../src/extension/activity/outbox/journal.ts';
import { recover } from '../../../../../src/extension/activity/outbox/records.ts';
import { settle } from '../../support/doubles.ts';
import { account, event, ids, Machine } from '../support.ts';

const name = 'w1.1.user1.v1.jsonl';
const names = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `e${from + i}`);

function setup() {
  const machine = new Machine();
  const { clock, folder, log } = machine;
  const journal = machine.journal(name);
  const text = () => folder.files.get(name)?.text ?? '';
  const onDisk = () => ids(recover(text()).events);
  const add = (...added: readonly string[]) => {
    for (const id of added) journal.add(event(id, clock.now()));
  };
  return { clock, folder, log, machine, journal, text, onDisk, add };
}

/** Four events, of which one is acknowledged and one put aside, as bytes; and what each number of lines means. */
async function sample() {
  const { journal, text, add } = setup();
  add(...names(4));
  await journal.save();
  journal.acknowledge([event('e1')]);
  journal.quarantine(event('e2'), 'no');
  await journal.save();
  const pending = [
    [],
    [],
    ['e0'],
    ['e0', 'e1'],
    ['e0', 'e1', 'e2'],
    names(4),
    ['e0', 'e2', 'e3'],
    ['e0', 'e3'],
  ];
  return { bytes: Buffer.from(text()), pending };
}

describe('the journal', () => {
  it('writes what came within a moment with one fsync, and hands out only what is on disk', async () => {
    const { journal, clock, folder, onDisk, add } = setup();
    add(...names(3));
    assert.deepEqual([journal.pending, journal.sendable(10), folder.writes], [3, [], 0]);
    await clock.advance(groupFor);
    assert.deepEqual(ids(journal.sendable(10)), names(3));
    assert.deepEqual(onDisk(), names(3));
    add('e3');
    assert.deepEqual(ids(journal.sendable(10)), names(3));
    await clock.advance(groupFor);
    assert.deepEqual(ids(journal.sendable(2)), names(2));
    assert.deepEqual([onDisk(), folder.writes], [names(4), 2]);
  });

  it('has on disk in time what came while a group was written', async () => {
    const { clock, folder, onDisk, add } = setup();
    folder.takes = 100;
    add('e0');
    await clock.advance(groupFor + 10);
    add('e1');
    await clock.advance(90 + groupFor - 100);
    assert.deepEqual([onDisk(), folder.writes], [['e0'], 1]);
    await clock.advance(100);
    assert.deepEqual(onDisk(), names(2), 'it waited for one group, not for a write and a group');
    folder.takes = 2 * groupFor;
    add('e2');
    await clock.advance(groupFor + 10);
    add('e3');
    await clock.advance(2 * folder.takes);
    assert.deepEqual(onDisk(), names(4));
  });

  it('holds no more than it must when the disk hangs, and has all of it on disk in the end', async () => {
    const { journal, clock, folder, text, add } = setup();
    add('e0');
    await clock.advance(groupFor);
    folder.takes = 60_000;
    add('e1');
    await clock.advance(groupFor);
    add(...names(capacity + 50, 2));
    folder.takes = 0;
    await clock.advance(120_000);
    const lines = text().trimEnd().split('\n');
    const rest = lines.length - capacity;
    assert.equal(journal.pending, capacity);
    assert.deepEqual(
      rest,
      2,
      'what hung was not appended: the file was written anew, with its header and a count',
    );
    assert.equal(recover(lines.at(-1) ?? '').events[0]?.id, `e${capacity + 51}`);
  });

  it('begins with whose it is, and has nothing more of what was acknowledged', async () => {
    const { bytes } = await sample();
    assert.deepEqual(recover(bytes.toString()), {
      ...{ account, events: [event('e0'), event('e3')], dropped: 0, damaged: 0 },
      quarantined: [{ event: event('e2'), reason: 'no' }],
    });
  });

  it('loses at most the torn line, at whatever byte it is torn', async () => {
    const { bytes, pending } = await sample();
    for (let length = 0; length <= bytes.length; length += 1) {
      const torn = bytes.subarray(0, length);
      const ended = torn.filter((byte) => byte === 10).length;
      const rest = length - (torn.lastIndexOf(10) + 1);
      // The last line may be whole and only its end be missing.
      const whole = ended + (rest > 0 && bytes[length] === 10 ? 1 : 0);
      const found = recover(torn.toString());
      assert.deepEqual(ids(found.events), pending[whole], `${length} bytes`);
      assert.equal(found.damaged, rest > 0 && whole === ended ? 1 : 0, `${length} bytes`);
    }
  });

  it('loses one line when one in the middle is damaged, the first as well', async () => {
    const { bytes } = await sample();
    const lines = bytes.toString().split('\n');
    for (const [line, lost] of ['', 'e0', 'e1', 'e2', 'e3'].entries())
      for (const damage of ['\0'.repeat(50), '{"event":{"id":1}}', '{}', '[', 'null']) {
        const found = recover(lines.map((text, i) => (i === line ? damage : text)).join('\n'));
        assert.equal(found.damaged, 1);
        assert.deepEqual(
          ids(found.events),
          ['e0', 'e3'].filter((id) => id !== lost),
        );
      }
  });

  it('is not led astray by lines that are doubled, foreign or hostile', async () => {
    const { bytes } = await sample();
    const [header = '', ...rest] = bytes.toString().trimEnd().split('\n');
    const evil = [
      '{"event":{"__proto__":{"polluted":1},"id":"x"}}',
      `{"event":${JSON.stringify(event('e9')).replace('"payload":{', '"payload":[{')}}`,
      '{"done":"e0"}',
      '{"done":[null]}',
      '{"dropped":["e0"],"count":-1}',
      '{"dropped":["e0"],"count":1e400}',
      '{"constructor":{}}',
      '['.repeat(100_000),
      `"${'x'.repeat(1_000_000)}"`,
      '\u0000\ufeff',
    ];
    const lines = [header, header, ...rest.flatMap((line) => [line, line]), ...evil];
    const found = recover(lines.join('\n'));
    assert.deepEqual([ids(found.events), found.dropped], [['e0', 'e3'], 0]);
    assert.deepEqual(ids(found.quarantined.map((one) => one.event)), ['e2']);
    assert.equal(found.damaged, evil.length);
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
  });

  it('keeps events in memory while the disk is full, says so once, and loses none', async () => {
    for (let failing = 1; failing <= 6; failing += 1)
      for (const reached of [0, 10, 150]) {
        const { journal, clock, folder, log, onDisk, add } = setup();
        folder.failure = (write) => (write >= failing && write < failing + 3 ? reached : null);
        for (let i = 0; i < 8; i += 1) {
          add(`e${i}`);
          if (i === 4) journal.acknowledge([event('e0')]);
          await clock.advance(groupFor);
        }
        await clock.advance(10_000);
        assert.deepEqual(onDisk(), names(7, 1), `write ${failing} fails after ${reached} bytes`);
        assert.equal(recover(folder.files.get(name)?.text ?? '').damaged, 0);
        assert.deepEqual([journal.pending, await journal.save()], [7, true]);
        const told = log.lines.filter((line) => line.includes('ENOSPC'));
        assert.equal(told.length, 1, 'said once');
        assert.match(told[0] ?? '', /cannot be written to disk.*Make room/);
        assert.match(log.lines.at(-1) ?? '', /again/);
      }
  });

  it('hands events out from memory while the disk takes none, and holds no more than it must', async () => {
    const { journal, clock, folder, add } = setup();
    folder.failure = () => 0;
    add(...names(capacity + 5));
    assert.deepEqual(journal.sendable(1), []);
    await clock.advance(groupFor);
    assert.deepEqual(ids(journal.sendable(1)), ['e5']);
    assert.deepEqual([journal.pending, journal.dropped], [capacity, 5]);
    await clock.advance(600_000);
    assert.ok(folder.writes < 20, 'tries again with growing pauses');
  });

  it('writes the file anew when somebody has removed it', async () => {
    const { clock, folder, onDisk, add } = setup();
    add('e0');
    await clock.advance(groupFor);
    folder.files.clear();
    add('e1');
    await clock.advance(groupFor);
    assert.deepEqual(onDisk(), names(2));
  });

  it('does not grow with what is done', async () => {
    const { journal, clock, text, add } = setup();
    for (let i = 0; i < 400; i += 1) {
      add(`e${i}`);
      await clock.advance(groupFor);
      if (i > 0) journal.acknowledge([event(`e${i - 1}`)]);
    }
    await journal.save();
    assert.ok(text().split('\n').length < 300);
    assert.deepEqual(ids(recover(text()).events), ['e399']);
  });

  it('drops the oldest of too many, waiting or put aside, counts them and says so', async () => {
    const { journal, clock, log, text, add } = setup();
    add(...names(capacity + 3));
    await clock.advance(groupFor);
    const found = recover(text());
    assert.equal(found.events[0]?.id, 'e3');
    assert.deepEqual([journal.pending, journal.dropped, found.dropped], [capacity, 3, 3]);
    assert.match(log.lines.join('\n'), /3 editor events were given up unsent/);
    for (const id of names(maxQuarantined + 2, 3)) journal.quarantine(event(id), 'no');
    await clock.advance(groupFor);
    assert.deepEqual([journal.refused, journal.dropped], [maxQuarantined, 5]);
    const after = recover(text());
    assert.deepEqual([after.quarantined.length, after.dropped], [maxQuarantined, 5]);
    assert.equal(after.quarantined[0]?.event.id, 'e5');
  });

  it('has in order of time what it took over or tries again, and drops the oldest', async () => {
    const { journal, clock, onDisk, add } = setup();
    add('e1', 'e3', 'e5');
    journal.quarantine(event('e1'), 'no');
    const taken = { account, quarantined: [], dropped: 0, damaged: 0 };
    journal.take({ ...taken, events: [event('e0'), event('e4')] });
    assert.deepEqual(ids(journal.pendingEvents()), ['e0', 'e3', 'e4', 'e5']);
    journal.retryRefused();
    await clock.advance(groupFor);
    const order = ['e0', 'e1', 'e3', 'e4', 'e5'];
    assert.deepEqual([ids(journal.sendable(10)), ids(journal.pendingEvents())], [order, order]);
    assert.deepEqual(ids(journal.pendingEvents(2)), ['e4', 'e5']);
    assert.deepEqual(onDisk().toSorted(), order);
    add(...Array.from({ length: capacity - 4 }, (_, i) => `f${i}`));
    assert.equal(journal.pendingEvents()[0]?.id, 'e1');
  });

  it('tries again or forgets what was put aside, and what was dropped, as it says, also on disk', async () => {
    const { journal, clock, text, add } = setup();
    add(...names(8));
    journal.take({ ...recover(''), dropped: 2 });
    for (const id of names(4, 2)) journal.quarantine(event(id), 'no');
    await clock.advance(groupFor);
    journal.retryRefused();
    await clock.advance(groupFor);
    let found = recover(text());
    assert.deepEqual([journal.refused, found.quarantined], [0, []]);
    assert.deepEqual([journal.pending, found.events.length, found.dropped], [8, 8, 2]);
    for (const id of names(4, 2)) journal.quarantine(event(id), 'no');
    journal.dismissDropped();
    journal.discardRefused();
    await clock.advance(groupFor);
    found = recover(text());
    assert.deepEqual([journal.refused, found.quarantined], [0, []]);
    assert.deepEqual([journal.pending, found.events.length], [4, 4]);
    assert.deepEqual([journal.dropped, found.dropped], [0, 0]);
  });

  it('says that something changed when it did, and only then', async () => {
    const machine = new Machine();
    let changes = 0;
    const journal = machine.journal(name, { onChange: () => changes++ });
    const during = async (task: () => unknown) => {
      const before = changes;
      task();
      await machine.clock.advance(groupFor);
      return changes - before;
    };
    for (const idle of [
      () => journal.retryRefused(),
      () => journal.discardRefused(),
      () => journal.dismissDropped(),
      () => journal.acknowledge([event('e9')]),
      () => journal.quarantine(event('e9'), 'no'),
      () => journal.save(),
    ])
      assert.equal(await during(idle), 0, String(idle));
    for (const busy of [
      () => journal.add(event('e0')),
      () => journal.quarantine(event('e0'), 'no'),
      () => journal.retryRefused(),
      () => journal.quarantine(event('e0'), 'no'),
      () => journal.discardRefused(),
      () => journal.take({ ...recover(''), damaged: 1 }),
      () => journal.dismissDropped(),
    ])
      assert.equal(await during(busy), 1, String(busy));
    machine.folder.failure = () => 0;
    assert.equal(
      await during(() => journal.add(event('e1'))),
      2,
      'an event, and the disk that does not take it',
    );
    await machine.clock.advance(600_000);
    assert.equal(changes, 9, 'what has been said is not said again');
    journal.dispose();
  });

  it('drops what is older than 14 days, but not because the clock has jumped', async () => {
    const { journal, clock, text, add } = setup();
    add('e0');
    await clock.advance(ageCheck);
    clock.jump(10 * maxAge);
    await clock.advance(ageCheck);
    clock.jump(-10 * maxAge);
    await clock.advance(2 * ageCheck);
    assert.equal(journal.pending, 1, 'the clock was right again in time');
    add('q');
    journal.quarantine(event('q', clock.now()), 'no');
    await clock.advance(maxAge - 4 * ageCheck);
    assert.deepEqual([journal.pending, journal.refused], [1, 1]);
    await clock.advance(7 * ageCheck);
    assert.deepEqual([journal.pending, journal.dropped, journal.refused], [0, 2, 0]);
    assert.deepEqual([recover(text()).events, recover(text()).quarantined], [[], []]);
  });

  it('keeps nothing for ever because its time cannot be read', async () => {
    const { journal, clock } = setup();
    const at = new Date(clock.now()).toISOString();
    const events = ['never', at].map((occurred_at, i) => ({ ...event(`e${i}`), occurred_at }));
    journal.take({ ...recover(''), events });
    await clock.advance(3 * ageCheck);
    assert.deepEqual([ids(journal.pendingEvents()), journal.dropped], [['e1'], 1]);
  });

  it('forgets everything with its file, and goes on', async () => {
    const { journal, clock, folder, onDisk, add } = setup();
    add(...names(3));
    await clock.advance(groupFor);
    add('e3');
    const cleared = journal.clear();
    add('e4');
    await cleared;
    assert.deepEqual([folder.files.size, journal.pending], [0, 1]);
    await clock.advance(groupFor);
    assert.deepEqual(onDisk(), ['e4']);
    // A group that is written before, but has what came after.
    folder.takes = 100;
    add('e6');
    await clock.advance(groupFor);
    add('e7');
    void journal.save();
    void journal.save();
    await clock.advance(150);
    const clearing = journal.clear();
    add('e8');
    await clock.advance(1_000);
    await clearing;
    assert.deepEqual([onDisk(), ids(journal.sendable(9))], [['e8'], ['e8']]);
    folder.takes = 0;
    // While it is being written.
    add('e5');
    const saving = journal.save();
    await journal.clear();
    await saving;
    await clock.advance(groupFor);
    assert.deepEqual([folder.files.size, journal.pending, journal.sendable(9)], [0, 0, []]);
  });

  it('empties a file that it may not remove, as soon as the disk lets it', async () => {
    const { journal, clock, folder, onDisk, add } = setup();
    add(...names(3));
    await clock.advance(groupFor);
    const { remove } = folder;
    folder.remove = async () => Promise.reject(new Error('EPERM'));
    await assert.rejects(journal.clear());
    await clock.advance(groupFor);
    assert.deepEqual([onDisk(), folder.files.size], [[], 1]);
    folder.remove = remove;
    await journal.close();
    assert.equal(folder.files.size, 0);
  });

  it('saves what there is when it is closed, leaves no empty file, and no timer', async () => {
    const { journal, clock, folder, onDisk, add } = setup();
    add('e0');
    await journal.close();
    assert.deepEqual([onDisk(), clock.timerCount], [['e0'], 0]);
    journal.acknowledge([event('e0')]);
    journal.take({ ...recover(''), dropped: 2 });
    await journal.close();
    assert.equal(folder.files.size, 1, 'a count that nobody has taken note of');
    journal.dismissDropped();
    await journal.close();
    assert.equal(folder.files.size, 0);
    await settle();
    assert.equal(clock.timerCount, 0);
  });
});

import assert from 'node:assert/strict';
import { groupFor } from '../../../../src/extension/activity/groupWriter.ts';
import { ageCheck, capacity, maxAge, maxQuarantined } from '../../../../src/extension/activity/journal.ts';
import { recover } from '../../../../src/extension/activity/records.ts';
import { settle } from '../support/doubles.ts';
import { account, event, ids, Machine } from './support.ts';

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

  it('drops the oldest of too many, counts them and says so; what is put aside is bounded as well', async () => {
    const { journal, clock, log, text, add } = setup();
    add(...names(capacity + 3));
    await clock.advance(groupFor);
    const found = recover(text());
    assert.equal(found.events[0]?.id, 'e3');
    assert.deepEqual([journal.pending, journal.dropped, found.dropped], [capacity, 3, 3]);
    assert.match(log.lines.join('\n'), /3 editor events were given up unsent/);
    for (const id of names(maxQuarantined + 2, 3)) journal.quarantine(event(id), 'no');
    await clock.advance(groupFor);
    assert.equal(journal.quarantined, maxQuarantined);
    assert.equal(recover(text()).quarantined.length, maxQuarantined);
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
    journal.quarantine(event('q', clock.now()), 'no');
    await clock.advance(maxAge - 4 * ageCheck);
    assert.equal(journal.pending, 1);
    await clock.advance(7 * ageCheck);
    assert.deepEqual([journal.pending, journal.dropped, journal.quarantined], [0, 1, 0]);
    assert.deepEqual([recover(text()).events, recover(text()).quarantined], [[], []]);
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
    // While it is being written.
    add('e5');
    const saving = journal.save();
    await journal.clear();
    await saving;
    await clock.advance(groupFor);
    assert.deepEqual([folder.files.size, journal.pending, journal.sendable(9)], [0, 0, []]);
  });

  it('saves what there is when it is closed, leaves no empty file, and no timer', async () => {
    const { journal, clock, folder, onDisk, add } = setup();
    add('e0');
    await journal.close();
    assert.deepEqual([onDisk(), clock.timerCount], [['e0'], 0]);
    journal.acknowledge([event('e0')]);
    await journal.close();
    assert.equal(folder.files.size, 0);
    await settle();
    assert.equal(clock.timerCount, 0);
  });
});

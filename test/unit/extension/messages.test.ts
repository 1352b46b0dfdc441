import assert from 'node:assert/strict';
import { decodeMessage } from '../../../src/extension/dashboard/messages.ts';
import { dashboardCommands } from '../../../src/shared/protocol.ts';

/** mulberry32: the same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const atoms: readonly unknown[] = [
  null,
  undefined,
  0,
  -1,
  1e308,
  Number.NaN,
  '',
  'ready',
  'command',
  'log',
  'refresh',
  '__proto__',
  true,
  [],
  'x'.repeat(20_000),
  'runglass.signOut',
  'error',
  'constructor',
];
const keys = [
  'type',
  'request',
  'before',
  'filter',
  'epoch',
  'cursor',
  'command',
  'open',
  'what',
  'text',
  'level',
  'message',
  '__proto__',
  'toString',
];

function randomValue(random: () => number, depth: number): unknown {
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)];
  if (depth === 0 || random() < 0.2) return pick(atoms);
  const entries = Array.from({ length: Math.floor(random() * 5) }, () => [
    pick(keys) ?? '',
    randomValue(random, depth - 1),
  ]);
  return Object.fromEntries(entries);
}

const id = '0198f2a0-0000-7000-8000-00000000000a';
const older = {
  ...{ type: 'older', request: 4, before: { at: '2026-01-01T00:00:00.123456+00:00', id: `${id}/start` } },
  filter: { kind: 'run', project: id },
};

const valid: readonly Readonly<Record<string, unknown>>[] = [
  { type: 'ready', epoch: 'e', cursor: 3 },
  { type: 'command', command: 'refresh' },
  { type: 'details', open: true },
  { type: 'copy', what: 'tables/0', text: 'select 1;' },
  { type: 'log', level: 'info', message: 'hello' },
  older,
];

/** A well-formed message with one of its fields, or one more, replaced by anything. */
function mutated(random: () => number): unknown {
  const message = valid[Math.floor(random() * valid.length)] ?? {};
  const names = [...Object.keys(message), ...keys];
  const name = names[Math.floor(random() * names.length)] ?? 'type';
  return { ...message, [name]: randomValue(random, 2) };
}

describe('messages of the page', () => {
  it('are decoded', () => {
    const ready = { type: 'ready', epoch: null, cursor: null };
    assert.deepEqual(decodeMessage(ready), ready);
    for (const command of dashboardCommands)
      assert.deepEqual(decodeMessage({ type: 'command', command }), { type: 'command', command });
    for (const message of [
      { type: 'details', open: false },
      { type: 'copy', what: 'tables/0', text: 'select 1;' },
      older,
      { ...older, before: { at: older.before.at, id: null }, filter: { kind: null, project: null } },
    ])
      assert.deepEqual(decodeMessage(message), message);
    const log = { type: 'log', level: 'warn', message: 'late' };
    assert.deepEqual(decodeMessage(log), log);
  });

  it('ask for a place of the timeline only', () => {
    const { before, filter } = older;
    for (const wrong of [
      { before: null },
      { before: { ...before, id: 'x' } },
      { before: { ...before, id: `${id}/middle` } },
      { before: { ...before, id: `${id}\n` } },
      { before: { ...before, at: '' } },
      { before: { ...before, at: '2'.repeat(65) } },
      { filter: { ...filter, kind: 'files' } },
      { filter: { ...filter, project: 'p' } },
      { request: 0.5 },
      { request: '4' },
    ])
      assert.equal(decodeMessage({ ...older, ...wrong }), null, JSON.stringify(wrong));
  });

  it('lose what does not belong to them', () => {
    const message = decodeMessage({ type: 'command', command: 'refresh', argument: { evil: true } });
    assert.deepEqual(message, { type: 'command', command: 'refresh' });
  });

  it('name none but the listed commands', () => {
    for (const command of ['workbench.action.quit', 'runglass.signOut', 'toString', '', null])
      assert.equal(decodeMessage({ type: 'command', command }), null);
  });

  it('never throw and only pass when well formed, whatever is posted', () => {
    const random = seeded(7);
    let passed = 0;
    let refused = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const message = decodeMessage(round % 2 ? mutated(random) : randomValue(random, 3));
      if (message === null) refused += 1;
      else passed += 1;
      if (message?.type === 'command') assert.ok(dashboardCommands.includes(message.command));
      if (message?.type === 'log') assert.ok(message.message.length <= 10_000);
    }
    assert.ok(passed > 100 && refused > 100, `${passed} passed, ${refused} refused: both are tried`);
  });
});

import assert from 'node:assert/strict';
import { decodeMessage, unreadableRequest } from '../../../src/extension/dashboard/messages.ts';
import { largestFile } from '../../../src/extension/dashboard/requestMessages.ts';
import { dashboardCommands } from '../../../src/shared/protocol.ts';
import type { Parameters, RequestName } from '../../../src/shared/requests.ts';
import { mutated, seeded } from '../../support/fuzz.ts';

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
  'request',
  'saveFile',
  new ArrayBuffer(8),
  new Uint8Array(8),
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
  'id',
  'name',
  'parameters',
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

const place = { at: '2026-01-01T00:00:00.123456+00:00', id };
const requests: { readonly [N in RequestName]: readonly Parameters<N>[] } = {
  olderRuns: [{ before: place }],
  olderModels: [{ before: place }],
  runConfig: [{ run: id }],
  runHistory: [
    { run: id, afterStep: null, maxPoints: 1_000 },
    { run: id, afterStep: -3, maxPoints: 1 },
  ],
  cancelRun: [{ run: id }],
  createProject: [
    { id, name: '' },
    { id, name: 'x', description: null, status: 'paused', color: '#000000' },
  ],
  updateProject: [
    { id, fields: {} },
    { id, fields: { color: null } },
  ],
  saveFile: [
    { name: 'Läufe – 1.csv', content: 'a,b\n' },
    { name: 'loss.png', content: new ArrayBuffer(8) },
  ],
};
const asked = Object.entries(requests).flatMap(([name, all]) =>
  all.map((parameters) => ({ type: 'request', id: 1, name, parameters })),
);

const valid: readonly Readonly<Record<string, unknown>>[] = [
  { type: 'ready', epoch: 'e', cursor: 3 },
  { type: 'command', command: 'refresh' },
  { type: 'details', open: true },
  { type: 'copy', what: 'tables/0', text: 'select 1;' },
  { type: 'log', level: 'info', message: 'hello' },
  older,
  ...asked,
];

function decoded(posted: unknown, where: string): ReturnType<typeof decodeMessage> {
  try {
    unreadableRequest(posted);
    return decodeMessage(posted);
  } catch (error) {
    return assert.fail(`${where}: ${error}`);
  }
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

  it('bring a whole traceback or configuration to be copied', () => {
    const copy = { type: 'copy', what: 'error', text: 'x'.repeat(1_000_000) };
    assert.deepEqual(decodeMessage(copy), copy);
    assert.equal(decodeMessage({ ...copy, text: 'x'.repeat((20 << 20) + 1) }), null);
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

  it('ask for what the host knows to do, with what it needs for that', () => {
    for (const message of asked) assert.deepEqual(decodeMessage(message), message);
    const long = 'x'.repeat(100_001);
    const wrong: readonly [RequestName | 'toString', object][] = [
      ['toString', {}],
      ['olderRuns', {}],
      ['olderModels', { before: place.at }],
      ['olderRuns', { before: { ...place, id: null } }],
      ['olderRuns', { before: { ...place, at: '2'.repeat(65) } }],
      ['runConfig', { run: 'x' }],
      ['runConfig', { run: `${id}\n` }],
      ['runHistory', { run: id, afterStep: 0.5, maxPoints: 10 }],
      ['runHistory', { run: id, afterStep: null, maxPoints: 0 }],
      ['runHistory', { run: id, afterStep: null, maxPoints: 10_001 }],
      ['runHistory', { run: id, maxPoints: 10 }],
      ['cancelRun', { run: [id] }],
      ['createProject', {}],
      ['createProject', { name: 'x' }],
      ['createProject', { id: 'x', name: 'x' }],
      ['createProject', { id, name: long }],
      ['createProject', { id, name: 'x', color: 7 }],
      ['updateProject', { id: 'x', fields: {} }],
      ['updateProject', { id, fields: { description: long } }],
      ['updateProject', { id, fields: { name: null } }],
      ['saveFile', { name: 'runs.csv' }],
      ['saveFile', { name: 'runs.csv', content: 7 }],
      ['saveFile', { name: 'runs.csv', content: new Uint8Array(8) }],
    ];
    for (const [name, parameters] of wrong)
      assert.equal(
        decodeMessage({ type: 'request', id: 1, name, parameters }),
        null,
        JSON.stringify([name, parameters]).slice(0, 80),
      );
  });

  it('name a file, never a place, and one that we export', () => {
    const named = (name: string) =>
      decodeMessage({ type: 'request', id: 1, name: 'saveFile', parameters: { name, content: '' } });
    for (const name of [
      '../runs.csv',
      'a/b.csv',
      'a\\b.png',
      '.csv',
      'runs.exe',
      'runs.csv.sh',
      'runs.csv\n',
      'a\0.csv',
      '',
    ])
      assert.equal(named(name), null, JSON.stringify(name));
    assert.equal(named(`${'x'.repeat(200)}.csv`), null);
    assert.ok(named('runs of <b>today.csv'));
  });

  it('hold files of at most 20 MB', () => {
    const holding = (content: unknown) =>
      decodeMessage({ type: 'request', id: 1, name: 'saveFile', parameters: { name: 'a.png', content } });
    assert.ok(holding(new ArrayBuffer(largestFile)) && holding('x'.repeat(largestFile)));
    assert.equal(holding(new ArrayBuffer(largestFile + 1)), null);
    assert.equal(holding('x'.repeat(largestFile + 1)), null);
  });

  it('can be answered when all that can be read of a request is its number', () => {
    assert.equal(unreadableRequest({ type: 'request', id: 4, name: 'eval', parameters: {} }), 4);
    for (const other of [
      null,
      'request',
      { type: 'request' },
      { type: 'request', id: '4' },
      { type: 'log', id: 4 },
    ])
      assert.equal(unreadableRequest(other), null);
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
    const seed = 7;
    const random = seeded(seed);
    let passed = 0;
    let refused = 0;
    for (let round = 0; round < 6_000; round += 1) {
      const posted = round % 3 ? mutated(valid[round % valid.length], random) : randomValue(random, 3);
      const message = decoded(posted, `seed ${seed}, round ${round}`);
      // Nothing but what was asked for comes through, in its own shape.
      if (message) assert.deepEqual(decodeMessage(message), message);
      if (message === null) refused += 1;
      else passed += 1;
      if (message?.type === 'command') assert.ok(dashboardCommands.includes(message.command));
      if (message?.type === 'log') assert.ok(message.message.length <= 10_000);
    }
    assert.ok(passed > 100 && refused > 100, `${passed} passed, ${refused} refused: both are tried`);
  });
});

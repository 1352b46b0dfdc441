import assert from 'node:assert/strict';
import { eventTypes } from '../../../src/shared/activity.ts';
import { Formats } from '../../../src/shared/format.ts';
import { setTranslations } from '../../../src/shared/l10n.ts';
import { icons } from '../../../src/webview/components/icons.ts';
import { eventWords } from '../../../src/webview/timeline/eventWords.ts';
import { hostileText } from '../../fixtures/dashboard.ts';
import { eventRow } from '../../fixtures/rows.ts';

const en = new Formats('en', 'UTC');

function words(...payloads: [type: string, payload: Record<string, unknown>][]): string {
  const [first, ...rest] = payloads.map(([event_type, payload], n) => eventRow(n, { event_type, payload }));
  assert(first);
  const { verb, subject, detail } = eventWords([first, ...rest], en);
  return [verb, subject, detail].filter((part) => part !== null).join(' | ');
}

describe('events in words', () => {
  afterEach(() => setTranslations(undefined, 'en'));

  const cases: readonly [words: string, ...events: [type: string, payload: Record<string, unknown>][]][] = [
    ['Window opened | 2 folders', ['window.opened', { folders: 2, remote: false }]],
    ['Window closed | after 3h', ['window.closed', { duration_ms: 10_800_000 }]],
    ['Window focused 6 times', ['window.focused', { times: 6 }]],
    ['Folder opened', ['workspace.opened', { folders: 1 }]],
    ['3 folders closed', ['workspace.closed', { folders: 3 }]],
    ['File saved | python', ['file.saved', { language: 'python', files: 1, saves: 1 }]],
    ['1,000 saves | 1,000 files', ['file.saved', { language: null, files: 1_000, saves: 1_000 }]],
    ['File created | rust', ['file.created', { language: 'rust', files: 1 }]],
    ['4 files renamed', ['file.renamed', { language: null, files: 4 }]],
    ['5 files deleted', ['file.deleted', { files: 2 }], ['file.deleted', { files: 3 }]],
    ['Task started | build', ['task.started', { task_type: 'shell', group: 'build' }]],
    ['Task | shell | took 12s', ['task.ended', { task_type: 'shell', exit_code: 0, duration_ms: 12_000 }]],
    ['Task ended | build', ['task.ended', { group: 'build', exit_code: null }]],
    [
      'Task failed | build | exit code 2, took 1s',
      ['task.ended', { group: 'build', exit_code: 2, duration_ms: 900 }],
    ],
    ['Tests started', ['test.started', { task_type: 'npm', group: 'test' }]],
    ['Tests | took 1m 1s', ['test.ended', { group: 'test', exit_code: 0, duration_ms: 61_000 }]],
    ['Tests failed | exit code 1', ['test.ended', { group: 'test', exit_code: 1 }]],
    ['Debugging started | debugpy', ['debug.started', { debug_type: 'debugpy' }]],
    ['Debugging | debugpy | took 5m 40s', ['debug.ended', { debug_type: 'debugpy', duration_ms: 340_000 }]],
    ['Command | git | took 1s', ['terminal.command', { program: 'git', exit_code: 0, duration_ms: 900 }]],
    ['Command failed | exit code 127', ['terminal.command', { program: null, exit_code: 127 }]],
    ['Commit made', ['git.committed', {}]],
    ['3 commits', ['git.committed', { commits: 2 }], ['git.committed', {}]],
    ['Branch switched', ['git.switched', {}]],
    ['Branch switched 2 times', ['git.switched', {}], ['git.switched', {}]],
    [
      '14 cells run | python, took 8s',
      ['notebook.executed', { cells: 14, language: 'python', failed: 0, duration_ms: 8_300 }],
    ],
    ['1 of 5 cells failed', ['notebook.executed', { cells: 5, failed: 1 }]],
    ['Cell failed', ['notebook.executed', { cells: 1, failed: 1 }]],
    ['Dashboard opened', ['dashboard.opened', {}]],
    ['Dashboard refreshed 2 times', ['dashboard.refreshed', {}], ['dashboard.refreshed', {}]],
    ['Deploy requested | gpt', ['deploy.requested', { name: 'gpt', saves: 9 }]],
    [
      'Deploy requested | gpt | 2 times',
      ['deploy.requested', { name: 'gpt' }],
      ['deploy.requested', { name: 'gpt' }],
    ],
    ['13 saves', ['file.saved', { saves: 12, language: 'css' }], ['file.saved', { language: 'python' }]],
    ['Window exploded', ['window.exploded', {}]],
    ['Window exploded | 2 times', ['window.exploded', {}], ['window.exploded', { folders: 3 }]],
    ['Test crashed | exit code 3', ['test.crashed', { exit_code: 3 }]],
    ['Window opened | 0 folders', ['window.opened', { folders: 0 }]],
    ['Window', ['window', {}]],
    ['–', ['', {}]],
  ];
  for (const [expected, ...events] of cases)
    it(`${expected}`, () => assert.equal(words(...events), expected));

  it('takes each phrase whole from the translations, with the plural forms of the language', () => {
    setTranslations(
      {
        'Task failed': 'Zadanie nie powiodło się',
        'exit code {0}': 'kod {0}',
        'took {0}': 'trwało {0}',
        'File deleted': 'Usunięto plik',
        '{0} files deleted/few': 'Usunięto {0} pliki',
        '{0} files deleted/many': 'Usunięto {0} plików',
      },
      'pl',
    );
    assert.equal(
      words(['task.ended', { group: 'build', exit_code: 2, duration_ms: 900 }]),
      'Zadanie nie powiodło się | build | kod 2, trwało 1s',
    );
    const deleted = [1, 3, 5].map((files) => words(['file.deleted', { files }]));
    assert.deepEqual(deleted, ['Usunięto plik', 'Usunięto 3 pliki', 'Usunięto 5 plików']);
    assert.equal(words(['deploy.requested', { name: 'gpt' }]), 'Deploy requested | gpt');
  });

  it('has an icon and words of its own for every type that the editor reports', () => {
    const told = Object.values(eventTypes).map((event_type) => {
      const { icon, verb } = eventWords([eventRow(0, { event_type, payload: {} })], en);
      assert.ok(Object.hasOwn(icons, icon));
      assert.notEqual(icon, 'pulse', event_type);
      return verb;
    });
    assert.equal(new Set(told).size, told.length);
  });

  for (const value of [hostileText.repeat(50), Number.NaN, -1, 1e308, null, { a: 1 }, ['x'], true]) {
    it(`reads ${String(JSON.stringify(value)).slice(0, 20)} in every place without harm`, () => {
      const keys = ['saves', 'files', 'cells', 'times', 'commits', 'folders', 'failed', 'exit_code'];
      const names = [
        'duration_ms',
        'language',
        'group',
        'task_type',
        'debug_type',
        'program',
        'title',
        'name',
      ];
      const payload = Object.fromEntries([...keys, ...names].map((key) => [key, value]));
      for (const type of [...Object.values(eventTypes), 'other.thing', '__proto__', 'toString']) {
        const told = words([type, payload], [type, payload]) + words([type, payload]);
        assert.ok(told.length < 3_000, told);
        assert.doesNotMatch(told, /undefined|NaN|object/);
      }
    });
  }
});

import assert from 'node:assert/strict';
import { FileGroup } from '../../../../../src/extension/activity/collectors/fileGroup.ts';
import { Languages } from '../../../../../src/extension/activity/collectors/languages.ts';

const uri = (text: string) => ({ toString: () => text }) as never;

describe('the language of a file that is not open', () => {
  const manifest = (languages: unknown) => ({ packageJSON: { contributes: { languages } } });
  const listeners: (() => void)[] = [];
  const source = {
    all: [
      manifest([
        { id: 'typescript', extensions: ['.ts', '.cts'] },
        { id: 'declarations', extensions: ['.d.ts'] },
        { id: 'makefile', filenames: ['Makefile'], extensions: ['.mk'] },
      ]),
      // What others wrote into their manifests.
      ...[undefined, null, 1, 'x', {}, { contributes: null }].map((packageJSON) => ({ packageJSON })),
      ...[
        null,
        'x',
        [null],
        [1, {}, { id: 5, extensions: ['.bad'] }, { id: 'odd', extensions: [7, '', null] }],
      ].map(manifest),
      manifest([
        { id: 'python', extensions: '.py' },
        { id: 'python', extensions: ['.PY'] },
      ]),
    ],
    onDidChange: (listener: () => void) => {
      listeners.push(listener);
      return { dispose: () => void listeners.splice(listeners.indexOf(listener), 1) };
    },
  };

  it('is found by name and by the longest ending, whatever the letters', () => {
    const languages = new Languages(source);
    for (const [file, language] of [
      ['/a/b.ts', 'typescript'],
      ['/a/b.test.TS', 'typescript'],
      ['/a/b.d.ts', 'declarations'],
      ['/a.ts/makefile', 'makefile'],
      ['/a/x.py', 'python'],
      ['/a/notes.txt', 'plaintext'],
      ['/a/.ts', 'typescript'],
      ['/a/x.bad', null],
      ['/a.ts/folder', null],
      ['/', null],
      ['', null],
      [`/${'.'.repeat(10_000)}`, null],
      ['/__proto__', null],
    ] as const)
      assert.equal(languages.of(file), language, file.slice(0, 40));
    languages.dispose();
    assert.equal(listeners.length, 0);
  });

  it('is read anew when extensions come or go', () => {
    const all: unknown[] = [];
    const languages = new Languages({ ...source, all: all as never });
    assert.equal(languages.of('x.new'), null);
    all.push(manifest([{ id: 'new', extensions: ['.new'] }]));
    for (const listener of listeners) listener();
    assert.equal(languages.of('x.new'), 'new');
  });
});

describe('files of one event', () => {
  const paths = (file: unknown) => ({ path: String(file) });

  it('are counted once each; only one that is alone tells its language and path', () => {
    const group = new FileGroup();
    group.add(uri('a'), 'python');
    group.add(uri('a'), 'python');
    assert.deepEqual(group.describe(paths), { language: 'python', files: 1, path: 'a' });
    group.add(uri('b'), 'python');
    assert.deepEqual(group.describe(paths), { language: 'python', files: 2 });
    group.add(uri('c'), null);
    assert.deepEqual(group.describe(paths), { language: null, files: 3 });
    assert.deepEqual(new FileGroup().describe(paths), { language: null, files: 0 });
  });
});

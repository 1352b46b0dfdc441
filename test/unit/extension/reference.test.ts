import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { contextKeys } from '../../../src/extension/ids.ts';

interface Setting {
  readonly type: string;
  readonly default: unknown;
  readonly scope: string;
  readonly order: number;
  readonly description?: string;
  readonly markdownDescription?: string;
}

interface Manifest {
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category: string;
      readonly icon?: string;
      readonly enablement?: string;
    }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
  };
}

const read = (file: string) => readFileSync(file, 'utf8');
const { commands, configuration } = (JSON.parse(read('package.json')) as Manifest).contributes;
const words = JSON.parse(read('package.nls.json')) as Readonly<Record<string, string>>;
const titleOf = (key: string) => words[key.slice(1, -1)] ?? '';

/** The cells of the line of a table that begins with `id`. */
function rowOf(page: string, id: string): readonly string[] {
  const lines = page.split('\n').filter((line) => line.startsWith(`| \`${id}\` |`));
  assert.equal(lines.length, 1, id);
  return (lines[0] ?? '').split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''));
}

/** What a condition of package.json says in docs/COMMANDS.md. */
const conditions: Readonly<Record<string, string>> = {
  'runglass.backendChosen': 'with a backend',
  'runglass.signedIn': 'signed in',
  '!runglass.signedIn': 'signed out',
  'runglass.hasActiveRuns': 'some run is active',
  'workspaceFolderCount > 0': 'a folder is open',
  'runglass.remoteBackend': 'with a backend that is not on this machine',
  '!runglass.activityPaused': 'not paused',
  'runglass.activityPaused': 'paused',
  'runglass.activityRefused': 'some were refused',
  'runglass.activityDropped': 'some were lost',
};

describe('docs/COMMANDS.md', () => {
  const page = read('docs/COMMANDS.md');

  it('has every command with its title and when it is available, and no other', () => {
    for (const { command, title, category, icon, enablement } of commands) {
      const [, shown, available] = rowOf(page, command);
      assert.ok(titleOf(title).length > 0 && category === 'Runglass', command);
      assert.match(icon ?? '', /^\$\([a-z-]+\)$/, command);
      assert.equal(shown, titleOf(title), command);
      const said = enablement?.split(' && ').map((part) => conditions[part] ?? part);
      if (command !== 'runglass.copyId') assert.equal(available, said?.join(', ') ?? 'always', command);
    }
    const known = new Set(commands.map(({ command }) => command));
    for (const [, id = ''] of page.matchAll(/"command": "([^"]+)"/g))
      assert.ok(known.has(id) || /\.focus$/.test(id), id);
  });

  it('has every context key, and no other', () => {
    const section = page.slice(page.indexOf('## Context keys'), page.indexOf('## Keybindings'));
    const listed = [...section.matchAll(/^\| `(runglass\.\w+)` \|/gm)].map(([, key]) => key);
    assert.deepEqual(listed.toSorted(), Object.values<string>(contextKeys).toSorted());
  });

  it('has keybindings that VS Code can read', () => {
    const json = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const known = new Set<string>(Object.values(contextKeys));
    for (const binding of JSON.parse(json) as { readonly key: string; readonly when?: string }[]) {
      assert.ok(binding.key);
      for (const [key] of (binding.when ?? '').replace("'runglass.dashboard'", '').matchAll(/runglass\.\w+/g))
        assert.ok(known.has(key), key);
    }
  });
});

describe('docs/SETTINGS.md', () => {
  const page = read('docs/SETTINGS.md');

  it('has every setting with its default and where it can be set', () => {
    for (const [id, setting] of Object.entries(configuration.properties)) {
      const [, shown, where] = rowOf(page, id);
      assert.equal(where, setting.scope, id);
      if (setting.type !== 'object') assert.equal(shown, `\`${toJson(setting.default)}\``, id);
    }
  });

  it('describes settings that have an order of their own and words for people', () => {
    const all = Object.entries(configuration.properties);
    assert.deepEqual(
      all.map(([, { order }]) => order),
      all.map((_, n) => n + 1),
    );
    for (const [id, { description, markdownDescription }] of all)
      assert.ok(titleOf(markdownDescription ?? description ?? ''), id);
  });
});

describe('every page of the documentation', () => {
  it('calls commands by their titles', () => {
    const titles = new Set(commands.map(({ title }) => titleOf(title).replace(/…$/, '')));
    for (const file of globSync(['*.md', 'docs/*.md']))
      for (const [, name = ''] of read(file).matchAll(/\*\*Runglass: ([^*]+)\*\*/g))
        assert.ok(titles.has(name.replace(/…$/, '').replace(/\s+/g, ' ')), `${file}: ${name}`);
  });
});

function toJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(',', ', ');
}

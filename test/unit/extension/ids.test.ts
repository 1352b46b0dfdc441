import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import {
  commands,
  contextKeys,
  panelTypes,
  settings,
  viewIds,
  walkthroughId,
} from '../../../src/extension/ids.ts';
import { readConfig } from '../../../src/extension/platform/config.ts';
import { eventKinds } from '../../../src/shared/activity.ts';
import type { SyncState } from '../../../src/shared/status.ts';

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly enablement?: string;
    }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly contents: string;
      readonly when: string;
    }[];
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly steps: readonly {
        readonly id: string;
        readonly description: string;
        readonly media: { readonly svg: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly default: unknown; readonly scope?: string }>>;
    };
  };
}

const text = readFileSync('package.json', 'utf8');
const manifest = JSON.parse(text) as Manifest;
const strings = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;
const sorted = (items: Iterable<string>) => [...items].sort();

describe('ids and package.json', () => {
  it('name the same commands', () => {
    assert.deepEqual(
      sorted(manifest.contributes.commands.map(({ command }) => command)),
      sorted(Object.values(commands)),
    );
  });

  it('name the same settings, whose defaults are those of the code', () => {
    const { properties } = manifest.contributes.configuration;
    assert.deepEqual(sorted(Object.keys(properties)), sorted(Object.values(settings)));
    assert.deepEqual(
      readConfig((id) => properties[id]?.default),
      readConfig(() => undefined),
    );
    for (const [id, { scope }] of Object.entries(properties)) assert.ok(scope, `${id} has a scope`);
  });

  it('use only context keys that are written', () => {
    const views = new Set<string>(Object.values(viewIds));
    const { commands: list, menus, viewsWelcome } = manifest.contributes;
    const clauses = [
      ...list.map(({ enablement }) => enablement ?? ''),
      ...Object.values(menus).flatMap((items) => items.map(({ when }) => when ?? '')),
      ...viewsWelcome.map(({ when }) => when),
    ].join(' ');
    const used = new Set(
      clauses.match(/\brunglass\.\w+/g)?.filter((id) => id !== panelTypes.dashboard && !views.has(id)),
    );
    const written = new Set<string>(Object.values(contextKeys));
    for (const key of used) assert.ok(written.has(key), key);
  });

  it('refer in menus and activation to what exists', () => {
    const known = new Set<string>(Object.values(commands));
    for (const { command } of Object.values(manifest.contributes.menus).flat())
      assert.ok(known.has(command), command);
    assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${panelTypes.dashboard}`));
    assert.ok(!manifest.activationEvents.includes('*'));
  });

  it('name the same views, each of which says what to do where it is empty, whatever the reason', () => {
    const { views, viewsWelcome } = manifest.contributes;
    assert.deepEqual(
      Object.values(views).flatMap((list) => list.map(({ id }) => id)),
      Object.values(viewIds),
    );
    const states: readonly SyncState[] = [
      ...(['signedOut', 'connecting', 'catchingUp', 'live', 'polling', 'offline', 'setup'] as const),
    ];
    for (const id of Object.values(viewIds)) {
      const welcomes = viewsWelcome.filter(({ view }) => view === id);
      assert.ok(
        welcomes.some(({ when }) => when === '!runglass.backendChosen'),
        id,
      );
      for (const state of states) {
        const fits = ({ when }: { when: string }) =>
          when.endsWith(`== ${state}`) || /\/\^\((.*)\)\$\//.exec(when)?.[1]?.split('|').includes(state);
        assert.equal(welcomes.filter(fits).length, 1, `${id}, ${state}`);
      }
    }
    for (const { contents } of viewsWelcome)
      for (const [, command = ''] of (strings[contents.slice(1, -1)] ?? '').matchAll(/\(command:([^)]+)\)/g))
        assert.ok(Object.values<string>(commands).includes(command), command);
  });

  it('have one walkthrough, whose steps name what exists and are done by what can happen', () => {
    const [walkthrough, ...others] = manifest.contributes.walkthroughs;
    assert.ok(walkthrough && others.length === 0);
    assert.equal(walkthrough.id, walkthroughId);
    const ids: readonly string[] = [
      ...[commands, settings, contextKeys, viewIds].flatMap((known) => Object.values<string>(known)),
      ...Object.values(viewIds).map((id) => `${id}.focus`),
    ];
    for (const { id, description, media, completionEvents } of walkthrough.steps) {
      assert.ok(existsSync(media.svg), media.svg);
      assert.doesNotMatch(readFileSync(media.svg, 'utf8'), /#[0-9a-f]{3,8}\b|rgb/i, 'theme colours only');
      assert.ok(completionEvents.length > 0, id);
      for (const event of completionEvents) {
        const [, of = ''] = /^on(?:Context|Command|View|SettingChanged):(.+)$/.exec(event) ?? [];
        for (const name of of.split(' && ')) assert.ok(ids.includes(name), event);
      }
      const links = [...(strings[description.slice(1, -1)] ?? '').matchAll(/\(command:([\w.]+)/g)];
      assert.ok(links.length > 0, id);
      for (const [, command = ''] of links)
        assert.ok(ids.includes(command) || command === 'workbench.action.openSettings', command);
    }
  });

  it('have a string for every %key%, and no other', () => {
    const used = new Set([...text.matchAll(/"%([\w.]+)%"/g)].map((match) => match[1] ?? ''));
    assert.deepEqual(sorted(Object.keys(strings)), sorted(used));
  });
});

describe('settings', () => {
  it('of the wrong type read as their default, and those of what is reported as what tells least', () => {
    const nonsense = { statusBarDisplay: 'huge', window: 1 };
    const { activityKinds, ...others } = readConfig(() => nonsense);
    const { activityKinds: _, ...defaults } = readConfig(() => undefined);
    assert.deepEqual(others, {
      ...defaults,
      ...{ activityEnabled: false, activityPaused: true, excludedWorkspaces: ['**'] },
    });
    assert.ok(!activityKinds.has('window'));
    assert.deepEqual(readConfig(() => 'nonsense').activityKinds, new Set());
  });

  it('of kinds are those of the code, terminal commands off unless switched on', () => {
    const kinds = (value: unknown) => [...readConfig(() => value).activityKinds];
    const { default: defaults, properties } = manifest.contributes.configuration.properties[
      settings.activityKinds
    ] as { default: object; properties: object };
    assert.deepEqual(Object.keys(defaults), [...eventKinds]);
    assert.deepEqual(Object.keys(properties), [...eventKinds]);
    assert.deepEqual(
      kinds({}),
      eventKinds.filter((kind) => kind !== 'terminal'),
    );
    assert.deepEqual(
      kinds({ terminal: true, task: false, file: null }),
      [...eventKinds.filter((kind) => kind !== 'task')].filter((kind) => kind !== 'file'),
    );
  });

  it('of minutes stay within their bounds, those of package.json', () => {
    const { minimum, maximum } = manifest.contributes.configuration.properties[settings.runsStalledAfter] as {
      readonly minimum?: number;
      readonly maximum?: number;
    };
    const minutes = (value: unknown) => readConfig(() => value).runsStalledAfter;
    assert.deepEqual([0, -3, 0.1, 2.5, 1e9, Infinity].map(minutes), [
      ...[minimum, minimum, minimum, 2.5, maximum, maximum],
    ]);
    assert.deepEqual(['7', null, Number.NaN, [7]].map(minutes), [5, 5, 5, 5]);
  });

  it('of a folder take an absolute path or nothing', () => {
    const { pattern } = manifest.contributes.configuration.properties[settings.embeddedDataFolder] as {
      readonly pattern?: string;
    };
    const allowed = new RegExp(pattern ?? 'x^');
    for (const path of ['', ' ', '/srv/data', 'C:\\data', 'd:/data', '\\\\host\\share'])
      assert.match(path, allowed);
    for (const path of ['data', './data', '~/data', 'C:data']) assert.doesNotMatch(path, allowed);
  });

  it('that silence or send somewhere count in a workspace only once it is trusted', () => {
    const { restrictedConfigurations: restricted } = manifest.capabilities.untrustedWorkspaces;
    const weighty = Object.entries(manifest.contributes.configuration.properties)
      .filter(([id, { scope }]) => scope === 'window' && /^runglass\.(?!statusBar\.|runs\.)/.test(id))
      .map(([id]) => id);
    assert.deepEqual([...restricted].sort(), weighty.sort());
  });

  it('of what is reported cannot be set by a workspace', () => {
    for (const [id, { scope }] of Object.entries(manifest.contributes.configuration.properties))
      if (id.startsWith('runglass.activity.')) assert.equal(scope, 'application', id);
  });
});

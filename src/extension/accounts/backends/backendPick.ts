import * as vscode from 'vscode';
import { DisposableStore } from '../../../shared/disposable.ts';
import { t } from '../../../shared/l10n.ts';
import { oneLine, withoutIcons } from '../../markdown.ts';
import { labelOf, type Place, placeOf } from '../address.ts';
import { backendId, type Profile, type RemoteProfile } from '../profiles.ts';
import type { WorkspaceFile } from './workspaceFiles.ts';

/** What a user wants with the backends. */
export type Wish =
  | { readonly kind: 'useEmbedded' }
  | { readonly kind: 'use' | 'rename' | 'remove'; readonly profile: RemoteProfile }
  | { readonly kind: 'add' }
  | { readonly kind: 'addFrom'; readonly file: WorkspaceFile };

export interface BackendPickOptions {
  readonly current: Profile | null;
  readonly remotes: readonly RemoteProfile[];
  /** What whoever is signed in is called, by URL. */
  readonly accounts: ReadonlyMap<string, string>;
  readonly files: readonly WorkspaceFile[];
}

interface Row extends vscode.QuickPickItem {
  readonly wish?: Wish;
}

/** Shows all backends, and ways to add one; undefined when the user leaves. */
export async function pickBackend(options: BackendPickOptions): Promise<Wish | undefined> {
  const pick = vscode.window.createQuickPick<Row>();
  const store = new DisposableStore();
  store.add(pick);
  const rename = { iconPath: new vscode.ThemeIcon('edit'), tooltip: t('Rename') };
  const remove = { iconPath: new vscode.ThemeIcon('trash'), tooltip: t('Remove') };
  pick.title = t('Runglass: Select Backend');
  pick.placeholder = t('Where is the data?');
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  const separator = { label: t('Add'), kind: vscode.QuickPickItemKind.Separator };
  pick.items = [
    embeddedRow(options),
    ...options.remotes.map((profile) => ({ ...remoteRow(profile, options), buttons: [rename, remove] })),
    separator,
    ...addRows(options.files),
  ];
  pick.activeItems = pick.items.filter(({ wish }) => isCurrent(wish, options.current));
  const ended = new Promise<Wish | undefined>((resolve) => {
    store.add(pick.onDidHide(() => resolve(undefined)));
    store.add(pick.onDidAccept(() => resolve(pick.activeItems[0]?.wish)));
    store.add(
      pick.onDidTriggerItemButton(({ button, item: { wish } }) => {
        if (wish?.kind === 'use') resolve({ ...wish, kind: button === rename ? 'rename' : 'remove' });
      }),
    );
  });
  pick.show();
  return await ended.finally(() => store.dispose());
}

/** Asks which of `remotes` is meant, unless there is only one. */
export async function pickRemote(
  remotes: readonly RemoteProfile[],
  title: string,
): Promise<RemoteProfile | undefined> {
  const options = { current: null, remotes, accounts: new Map(), files: [] };
  const items = remotes.map((profile) => ({ ...remoteRow(profile, options), profile }));
  return (await vscode.window.showQuickPick(items, { title }))?.profile;
}

/** The ways to add a backend; undefined when the user leaves. */
export async function pickSource(files: readonly WorkspaceFile[]): Promise<Wish | undefined> {
  if (files.length === 0) return { kind: 'add' };
  return (await vscode.window.showQuickPick(addRows(files), { title: t('Runglass: Add Backend') }))?.wish;
}

function isCurrent(wish: Wish | undefined, current: Profile | null): boolean {
  if (wish?.kind === 'use') return current !== null && backendId(current) === backendId(wish.profile);
  return wish?.kind === 'useEmbedded' && current?.kind === 'embedded';
}

function embeddedRow({ current }: BackendPickOptions): Row {
  return {
    label: t('$(database) Local backend'),
    detail: t('A real Postgres on this machine. No account, nothing leaves the machine.'),
    ...(current?.kind === 'embedded' ? { description: t('current') } : {}),
    wish: { kind: 'useEmbedded' },
  };
}

function remoteRow(profile: RemoteProfile, { current, accounts }: BackendPickOptions): Row {
  const isCurrent = current !== null && backendId(current) === backendId(profile);
  const facts = [isCurrent ? t('current') : null, accounts.get(profile.url) ?? null];
  const place = placeOf(profile.url);
  const host = labelOf(profile.url);
  return {
    label: `$(${icons[place]}) ${withoutIcons(profile.label)}`,
    description: withoutIcons(oneLine(facts.filter((fact) => fact !== null).join(' · '))),
    detail: host === profile.label ? placeWords(place) : withoutIcons(`${host} · ${placeWords(place)}`),
    wish: { kind: 'use', profile },
  };
}

const icons: { readonly [P in Place]: string } = {
  thisMachine: 'vm',
  hosted: 'cloud',
  selfHosted: 'server-environment',
};

function placeWords(place: Place): string {
  switch (place) {
    case 'thisMachine':
      return t('Supabase on this machine');
    case 'hosted':
      return t('hosted Supabase project');
    case 'selfHosted':
      return t('self-hosted Supabase');
    default:
      return place satisfies never;
  }
}

function addRows(files: readonly WorkspaceFile[]): Row[] {
  const byHand: Row = {
    label: t('$(add) Add Backend…'),
    detail: t('A Supabase project by its URL and publishable key.'),
    wish: { kind: 'add' },
  };
  const found = files.map(
    (file): Row => ({
      label: t('$(file-code) From {0} of {1}…', file.file, withoutIcons(file.folder)),
      detail: t('The file is read when you pick this, and shown before anything is sent.'),
      wish: { kind: 'addFrom', file },
    }),
  );
  return [byHand, ...found];
}

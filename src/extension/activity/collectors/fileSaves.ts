import * as vscode from 'vscode';
import { eventTypes } from '../../../shared/activity.ts';
import { DisposableStore } from '../../../shared/disposable.ts';
import { Burst } from './burst.ts';
import type { Collecting, CollectorHost } from './collector.ts';
import { FileGroup, fileBurst, quietAfter } from './fileGroup.ts';
import type { Languages } from './languages.ts';
import { Tally } from './tally.ts';

/** Saves of one file closer together than this are one event, ms. */
const period = 120_000;

/** A notebook is reported whole. */
const cellScheme = 'vscode-notebook-cell';

interface Saved {
  readonly file: vscode.Uri;
  readonly language: string;
  times: number;
}

/** Reports saves with the language of the file, never its name; those of many files at once are one event. */
export function collectSaves(host: CollectorHost, languages: Languages): Collecting {
  const { log, pathFacts, isSettings, clock } = host;
  const store = new DisposableStore();
  const tally = new Tally(period);
  const saved = new Map<string, Saved>();
  const tell = (group: FileGroup, saves: number) => {
    if (saves > 0) log({ type: eventTypes.fileSaved, payload: { ...group.describe(pathFacts), saves } });
  };
  const burst = store.add(
    new Burst(clock, fileBurst, () => {
      const group = new FileGroup();
      const now = performance.now();
      let saves = 0;
      for (const [key, { file, language, times }] of saved) {
        const told = tally.count(key, now, times);
        if (told > 0) group.add(file, language);
        saves += told;
      }
      saved.clear();
      tell(group, saves);
    }),
  );
  const add = (file: vscode.Uri, language: string) => {
    // Settings are saved by programs as well.
    if (file.scheme === cellScheme || isSettings(file)) return;
    const key = file.toString();
    const known = saved.get(key);
    if (known) known.times += 1;
    else saved.set(key, { file, language, times: 1 });
    burst.touch(quietAfter(saved.size));
  };
  store.add(vscode.workspace.onDidSaveTextDocument(({ uri, languageId }) => add(uri, languageId)));
  store.add(vscode.workspace.onDidSaveNotebookDocument(({ uri, notebookType }) => add(uri, notebookType)));
  return {
    flush: () => {
      burst.end();
      const { keys, times } = tally.rest();
      const group = new FileGroup();
      for (const file of keys.map((key) => vscode.Uri.parse(key))) group.add(file, languages.of(file.path));
      tell(group, times);
    },
    dispose: () => store.dispose(),
  };
}

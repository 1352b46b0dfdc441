import * as vscode from 'vscode';
import { type EventType, eventTypes } from '../../../shared/activity.ts';
import { DisposableStore } from '../../../shared/disposable.ts';
import { Burst } from './burst.ts';
import type { Collecting, CollectorHost } from './collector.ts';
import { FileGroup, fileBurst, quietAfter } from './fileGroup.ts';
import type { Languages } from './languages.ts';

/** Reports files that are created, renamed and deleted in the editor; a folder counts as one file. */
export function collectFileOperations(host: CollectorHost, languages: Languages): Collecting {
  const store = new DisposableStore();
  const bursts: Burst[] = [];
  const report = (type: EventType) => {
    let group = new FileGroup();
    const burst = store.add(
      new Burst(host.clock, fileBurst, () => {
        const payload = { ...group.describe(host.pathFacts) };
        group = new FileGroup();
        host.log({ type, payload });
      }),
    );
    bursts.push(burst);
    return (files: readonly vscode.Uri[]) => {
      for (const file of files) group.add(file, languages.of(file.path));
      burst.touch(quietAfter(group.size));
    };
  };
  const created = report(eventTypes.fileCreated);
  const renamed = report(eventTypes.fileRenamed);
  const deleted = report(eventTypes.fileDeleted);
  const { workspace } = vscode;
  store.add(workspace.onDidCreateFiles(({ files }) => created(files)));
  store.add(workspace.onDidRenameFiles(({ files }) => renamed(files.map(({ newUri }) => newUri))));
  store.add(workspace.onDidDeleteFiles(({ files }) => deleted(files)));
  return {
    flush: () => {
      for (const burst of bursts) burst.end();
    },
    dispose: () => store.dispose(),
  };
}

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { EventType } from '../../../src/shared/activity.ts';
import { applyEdit, eventually, save } from '../support/extension.ts';
import { patience, StoredEvents } from '../support/storedEvents.ts';

const many = 1_000;

describe('activity of files', () => {
  let events: StoredEvents;
  let folder: vscode.Uri;
  const file = (name: string) => vscode.Uri.joinPath(folder, name);
  const { fs } = vscode.workspace;

  /** One event, or a few: a machine that pauses for seconds between two files ends one. */
  const tellsAll = async (type: EventType, counted: 'files' | 'saves') => {
    const told = await eventually(
      `${type} of ${many} files`,
      async () => {
        const payloads = (await events.of(type)).map(({ payload }) => payload);
        const total = payloads.reduce((sum, payload) => sum + Number(payload[counted]), 0);
        return total >= many ? { payloads, total } : null;
      },
      patience,
    );
    assert.equal(told.total, many);
    assert.ok(told.payloads.length <= 5, `${told.payloads.length} events`);
    for (const { files, saves, language, ...rest } of told.payloads) {
      assert.deepEqual(rest, {});
      // Half of them have the other language.
      if (Number(files) > many / 2) assert.equal(language, null);
      if (saves !== undefined) assert.equal(saves, files);
    }
  };

  before(async function () {
    this.timeout(90_000);
    events = await StoredEvents.open();
    const root = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(root);
    folder = vscode.Uri.joinPath(root, 'secret-files');
    await fs.createDirectory(folder);
  });
  beforeEach(() => events.mark());
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await fs.delete(folder, { recursive: true });
  });

  it('tells a save with the language alone, and saves of the same file that follow not at once', async () => {
    await fs.writeFile(file('secret.py'), Buffer.from('secret = 1\n'));
    const document = await vscode.workspace.openTextDocument(file('secret.py'));
    for (let i = 0; i < 3; i += 1) {
      await applyEdit((edit) => edit.insert(document.uri, new vscode.Position(0, 0), '# secret\n'));
      await save(document);
    }
    const { payload } = await events.arrives('file.saved');
    const { saves, ...rest } = payload;
    assert.deepEqual(rest, { language: 'python', files: 1 });
    assert.ok(Number(saves) >= 1 && Number(saves) <= 3);
    await events.sayNothingOf('secret');
  }).timeout(2 * patience);

  it('tells nothing of the settings of the machine, which programs save as well', async () => {
    const settings = vscode.workspace.getConfiguration('git');
    for (const place of [folder.fsPath, undefined])
      await settings.update('defaultCloneDirectory', place, vscode.ConfigurationTarget.Global);
    await fs.writeFile(file('kept.rs'), Buffer.from(''));
    const document = await vscode.workspace.openTextDocument(file('kept.rs'));
    await applyEdit((edit) => edit.insert(document.uri, new vscode.Position(0, 0), '// kept'));
    await save(document);
    const { payload } = await events.arrives('file.saved');
    assert.deepEqual(payload, { language: 'rust', files: 1, saves: 1 });
  }).timeout(2 * patience);

  it('tells files that are created, renamed and deleted, with the languages that extensions know', async () => {
    await applyEdit((edit) => edit.createFile(file('secret.rs')));
    await applyEdit((edit) => edit.renameFile(file('secret.rs'), file('secret-too.py')));
    await applyEdit((edit) => edit.deleteFile(file('secret-too.py')));
    const [created, renamed, deleted] = await events.arrive(
      3,
      'file.created',
      'file.renamed',
      'file.deleted',
    );
    assert.deepEqual(
      [created?.event_type, created?.payload],
      ['file.created', { language: 'rust', files: 1 }],
    );
    assert.deepEqual(
      [renamed?.event_type, renamed?.payload],
      ['file.renamed', { language: 'python', files: 1 }],
    );
    assert.deepEqual(
      [deleted?.event_type, deleted?.payload],
      ['file.deleted', { language: 'python', files: 1 }],
    );
    await events.sayNothingOf('secret');
  }).timeout(2 * patience);

  it(`tells ${many} files at once as few events: created, replaced in and saved, deleted`, async () => {
    const names = Array.from({ length: many }, (_, i) => file(`many/secret-${i}.${i % 2 ? 'ts' : 'py'}`));
    await applyEdit((edit) => {
      for (const name of names) edit.createFile(name, { contents: Buffer.from('secret\n') });
    });
    await tellsAll('file.created', 'files');
    await applyEdit((edit) => {
      for (const name of names) edit.replace(name, new vscode.Range(0, 0, 0, 6), 'hidden');
    });
    const edited = () =>
      vscode.workspace.textDocuments.filter(({ uri, isDirty }) => isDirty && uri.path.includes('/many/'));
    await eventually('what is to be saved', () => (edited().length === many ? true : null), patience);
    assert.ok(await vscode.workspace.saveAll());
    await tellsAll('file.saved', 'saves');
    await applyEdit((edit) => edit.deleteFile(file('many'), { recursive: true }));
    assert.deepEqual((await events.arrives('file.deleted')).payload, { language: null, files: 1 });
    await events.sayNothingOf('secret', 'hidden');
  }).timeout(6 * patience);
});

// Runs inside the extension host of a real VS Code, as a suite of tests would; leaves its figures in a file.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';
import * as vscode from 'vscode';
import type { RunglassApi } from '../../src/extension/services.ts';
import { eventTypes } from '../../src/shared/activity.ts';
import { openStack, type Stack } from '../../test/e2e/stack.ts';

/** CPU time of the extension host in one round of the same work, ms. */
export interface Turn {
  readonly on: number;
  readonly off: number;
  /** Another time without reports: what differs is noise. */
  readonly offAgain: number;
}

/** What was measured; `heap` is what is held after garbage collection, bytes. */
export interface EditorFigures {
  readonly typing: readonly Turn[];
  readonly saving: readonly Turn[];
  readonly editsInTurn: number;
  readonly savesInTurn: number;
  readonly heap: { readonly before: number; readonly after: number };
  /** Events in the database by type, of the edits and of the saves. */
  readonly eventsOfEdits: Readonly<Record<string, number>>;
  readonly eventsOfSaves: Readonly<Record<string, number>>;
}

/** So that each kind of turn makes 10,000 edits, and 700 saves, which take longer. */
const typingRounds = 10;
const savingRounds = 7;
const editsInTurn = 1_000;
const savesInTurn = 100;
const files = 10;
/** What an edit leaves to be done is done by then, and a setting has been heard of, ms. */
const afterEdits = 700;
/** Saves of several files are told, and on disk, by then, ms; a pause before would give them up. */
const afterSaves = 4_000;
/** For what is waited for, ms. */
const patience = 60_000;
/** So that another order of the turns does not favour one of them. */
const orders: readonly (readonly (keyof Turn)[])[] = [
  ['on', 'off', 'offAgain'],
  ['off', 'offAgain', 'on'],
  ['offAgain', 'on', 'off'],
];

/** What VS Code's extension host calls. */
export async function run(): Promise<void> {
  const stack = await openStack();
  try {
    const figures = await measure(stack);
    writeFileSync(process.env.RUNGLASS_BENCH_FILE ?? '', JSON.stringify(figures));
  } finally {
    await vscode.commands.executeCommand('runglass.signOut');
    await stack.dispose();
  }
}

async function measure(stack: Stack): Promise<EditorFigures> {
  const extension = vscode.extensions.getExtension<RunglassApi>('runglass.runglass');
  assert.ok(extension, 'the extension is installed');
  const api = await extension.activate();
  assert.ok(stack.dataFolder, 'an embedded backend');
  await settings().update('embedded.dataFolder', stack.dataFolder, vscode.ConfigurationTarget.Global);
  await vscode.commands.executeCommand('runglass.useEmbedded');
  // What is saved while the editor warms up is not reported later.
  await report(false);
  const documents = await openFiles();
  await type(documents[0], editsInTurn);
  await save(documents, savesInTurn);
  const collect = collector();

  const earlier = await events(api, stack);
  const before = collect();
  const typing = await takeTurns(typingRounds, () => type(documents[0], editsInTurn), afterEdits);
  const between = await events(api, stack);
  const saving = await takeTurns(savingRounds, () => save(documents, savesInTurn), afterSaves);
  const later = await events(api, stack);
  return {
    ...{ typing, saving, editsInTurn, savesInTurn, heap: { before, after: collect() } },
    eventsOfEdits: difference(earlier, between),
    eventsOfSaves: difference(between, later),
  };
}

async function takeTurns(rounds: number, work: () => Promise<void>, quiet: number): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const turn = { on: 0, off: 0, offAgain: 0 };
    for (const kind of orders[round % orders.length] ?? []) turn[kind] = await measureTurn(kind, work, quiet);
    turns.push(turn);
  }
  return turns;
}

/** CPU of the work, and of what it leaves to be done right after. */
async function measureTurn(kind: keyof Turn, work: () => Promise<void>, quiet: number): Promise<number> {
  await report(kind === 'on');
  const start = process.cpuUsage();
  await work();
  await pause(quiet);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

async function openFiles(): Promise<vscode.TextDocument[]> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  assert.ok(folder, 'a folder is open');
  const documents: vscode.TextDocument[] = [];
  for (let i = 0; i < files; i += 1) {
    const uri = vscode.Uri.joinPath(folder, `file${i}.txt`);
    writeFileSync(path.join(folder.fsPath, `file${i}.txt`), '');
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: false });
    documents.push(document);
  }
  return documents;
}

/** One character after the other, as fast as the editor takes them. */
async function type(document: vscode.TextDocument | undefined, count: number): Promise<void> {
  assert.ok(document);
  const editor = await vscode.window.showTextDocument(document);
  for (let i = 0; i < count; i += 1) {
    const text = i % 80 === 79 ? '\n' : 'x';
    const end = document.lineAt(document.lineCount - 1).range.end;
    const done = await editor.edit((edit) => edit.insert(end, text), noUndo);
    assert.ok(done);
  }
}

/** One file after the other, each changed before. */
async function save(documents: readonly vscode.TextDocument[], count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const document = documents[i % documents.length];
    assert.ok(document);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), 'x');
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.ok(await document.save());
  }
}

const noUndo = { undoStopBefore: false, undoStopAfter: false };

/** The type of events that tell when all before them are sent. */
const marker = 'bench.counted';
let markers = 0;

/** How many events there are of each type, once all are sent: when the newest is there, and that of the window's start. */
async function events({ logSyncEvent }: RunglassApi, stack: Stack): Promise<Record<string, number>> {
  await report(true);
  markers += 1;
  let logged: string | null = null;
  for (const end = Date.now() + patience; Date.now() < end; await pause(200)) {
    // Null until the setting has been heard of.
    if (logged === null) logged = logSyncEvent({ type: marker });
    await vscode.commands.executeCommand('runglass.sendActivity');
    const { [marker]: seen, ...counts } = await count(stack);
    // The collectors are loaded when there is something to report for the first time.
    if (seen === markers && counts[eventTypes.windowOpened] === 1) return counts;
  }
  throw new Error('The events did not arrive within a minute.');
}

async function count(stack: Stack): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let from = 0; ; from += 500) {
    const query = stack.admin.from('ide_sync_events').select('event_type').eq('user_id', stack.userId);
    const { data } = await query
      .order('id')
      .range(from, from + 499)
      .throwOnError();
    for (const { event_type } of data ?? []) counts[event_type] = (counts[event_type] ?? 0) + 1;
    if (!data || data.length < 500) return counts;
  }
}

function difference(before: Record<string, number>, after: Record<string, number>): Record<string, number> {
  const more = Object.entries(after).map(([type, count]) => [type, count - (before[type] ?? 0)] as const);
  return Object.fromEntries(more.filter(([, count]) => count > 0));
}

/** Answers what is held on the heap, bytes. */
function collector(): () => number {
  v8.setFlagsFromString('--expose-gc');
  const collect: () => void = vm.runInNewContext('gc');
  return () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
}

async function report(on: boolean): Promise<void> {
  await settings().update('activity.paused', !on, vscode.ConfigurationTarget.Global);
  await pause(afterEdits);
}

function settings(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('runglass');
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cacheFolder, projectRoot } from '../../../scripts/vscodeHost/project.ts';
import { loggedErrors } from '../../support/vscodeLogs.ts';

const vscode = path.join(cacheFolder(), 'vscode-host-1');
const host = `file://${vscode}/out/vs/workbench/api/node/extensionHostProcess.js`;
const frame = `\n    at r (${host}:171:3935)`;
const nodeFrame = '\n    at TCP.onStreamRead (node:internal/stream_base_commons:216:20)';
const client = `${frame}\n    at NT.info (${vscode}/extensions/json-language-features/client/dist/node/jsonClientMain.js:14:709)`;
const ofParsing = '\n    at JSON.parse (<anonymous>)';

/** What VS Code itself logs by chance, by file. */
const races: readonly [file: string, entry: string][] = [
  ['remoteexthost', `Error: Channel has been closed${client}`],
  ['remoteexthost', `Error: Stopping the server timed out${client}`],
  ['remoteexthost', "An error occurred when deactivating the extension 'vscode.css-language-features':"],
  ['remoteexthost', "Error: ENOENT: no such file or directory, open '/x/workspaceStorage/1/vscode.lock'"],
  ['remoteexthost', `SyntaxError: Unexpected end of JSON input${ofParsing}${frame}`],
  ['remoteexthost', `Error: read ECONNRESET${nodeFrame}`],
  [
    'remoteexthost',
    `Error: write ECANCELED${nodeFrame.replace('TCP.onStreamRead', 'WriteWrap.onWriteComplete')}`,
  ],
  ['remoteagent', `Error: read ECONNRESET${nodeFrame}`],
  ['remoteagent', 'No ptyHost heartbeat after 12 seconds'],
  ['remoteagent', 'No ptyHost response to createProcess after 5 seconds'],
  ['ptyhost', '[RPC Response] PtyService#resize Could not find pty 1 on pty host'],
  [
    'remoteagent',
    "[File Watcher (node.js)] Failed to watch /x for changes using fs.watch() (Error: ENOENT: …, watch '/x')",
  ],
];

describe('the errors in the logs of VS Code', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'rg-logs-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** Of a log with these entries, of which the first is an error. */
  const found = (file: string, ...entries: readonly string[]): string[] => {
    const folder = path.join(root, 's/data/logs/now');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      path.join(folder, `${file}.log`),
      entries
        .map((entry, n) => `2026-01-01 00:00:0${n}.000 [${n === 0 ? 'error' : 'info'}] ${entry}\n`)
        .join(''),
    );
    return loggedErrors(root);
  };

  for (const [file, entry] of races)
    it(`pass over what VS Code itself writes in ${file}: ${entry.split('\n')[0]}`, () => {
      assert.deepEqual(found(file, entry, 'more'), []);
    });

  it('tell what nobody knows, also in the file of one that is passed over', () => {
    for (const file of ['remoteexthost', 'remoteagent', 'ptyhost', 'window'])
      assert.equal(found(file, `Error: something else${frame}`).length, 1, file);
    for (const [, entry] of races) assert.equal(found('window', entry).length, 1, entry);
  });

  it('tell all that names our extension, whatever VS Code itself writes like it', () => {
    const ours = [`\n    at run (${projectRoot}/dist/sync.js:1:2)`, ' runglass.runglass'];
    for (const [file, entry] of races)
      for (const more of ours) assert.equal(found(file, `${entry}${more}`).length, 1, `${entry}${more}`);
    assert.equal(found('Runglass', races[5]?.[1] ?? '').length, 1);
  });

  it('pass over a page that asks for its extension host after an orderly end, and for no other', () => {
    const asks = '[127.0.0.1][156e1838][ExtensionHostConnection] Unknown reconnection token (seen before).';
    const ended = (token: string, how: string) =>
      `[127.0.0.1][${token}][ExtensionHostConnection] <27437> Extension Host Process exited with ${how}.`;
    assert.deepEqual(found('remoteagent', asks, ended('156e1838', 'code: 0, signal: null')), []);
    assert.equal(found('remoteagent', asks, ended('156e1838', 'code: null, signal: SIGKILL')).length, 1);
    assert.equal(found('remoteagent', asks, ended('fa696a47', 'code: 0, signal: null')).length, 1);
    assert.equal(found('remoteagent', asks).length, 1);
  });
});

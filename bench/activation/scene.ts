import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { packExtension } from '../../scripts/package/pack.ts';
import { type BackendInfo, startBackend } from '../../scripts/start/backend.ts';
import { openBrowser } from '../../scripts/vscodeHost/browser.ts';
import { forgetFolder, keepFolder } from '../../scripts/vscodeHost/estate.ts';
import type { EditorWindow } from './editor.ts';

/** What the windows need beside VS Code: a browser, and an embedded backend with sample data that runs already. */
export interface Scene {
  readonly browser: Browser;
  readonly backend: BackendInfo;
  /** The settings with which windows take that backend for their local one. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The package, made of what the build left. */
  readonly vsix: string;
  stop(): Promise<void>;
}

export async function setScene(): Promise<Scene> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'runglass-bench-'));
  keepFolder(folder);
  const dataFolder = path.join(folder, 'backend');
  const { file: vsix } = packExtension(path.join(folder, 'runglass.vsix'));
  const backend = await startBackend(dataFolder);
  const browser = await openBrowser();
  return {
    browser,
    backend: backend.info,
    settings: { 'runglass.embedded.dataFolder': dataFolder },
    vsix,
    stop: async () => {
      await browser.close();
      await backend.stop();
      rmSync(folder, { recursive: true, force: true });
      forgetFolder(folder);
    },
  };
}

/** Signs in by URL and key, as to a backend anywhere, and reports no editor events. */
export async function signIn(
  window: EditorWindow,
  { url, publishableKey, user }: BackendInfo,
): Promise<void> {
  await window.run('runglass.signIn', { url, publishableKey, ...user, consent: false });
}

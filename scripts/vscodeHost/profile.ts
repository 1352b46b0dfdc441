import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { forgetFolder, keepFolder } from './estate.ts';

/** Folders of a throw-away VS Code, absolute paths. */
export interface Profile {
  readonly root: string;
  readonly workspace: string;
  readonly serverData: string;
  readonly userData: string;
  readonly extensions: string;
  /** What VS Code and its extensions take for the system's temporary folder. */
  readonly temporary: string;
  remove(): void;
}

/** User settings that leave a bare window: no trust prompt, Welcome page, chat view, toast or question. */
const quietSettings = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  // Other processes of this machine listen as well: a notification about their ports would fail a spec.
  'remote.autoForwardPorts': false,
  'npm.fetchOnlinePackageInfo': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  // It asks only while a shell is not ready yet.
  'terminal.integrated.enableMultiLinePasteWarning': 'never',
  'window.restoreWindows': 'none',
  'files.hotExit': 'off',
};

/** Makes the folders under the system's temporary folder, with `settings` added to those that keep VS Code quiet. */
export function createProfile(settings: Readonly<Record<string, unknown>> = {}): Profile {
  // A short name: VS Code puts sockets there, whose paths may have about 100 characters.
  const root = mkdtempSync(path.join(os.tmpdir(), 'rg-'));
  const serverData = path.join(root, 's');
  const profile = {
    root,
    workspace: path.join(root, 'workspace'),
    serverData,
    userData: path.join(serverData, 'data'),
    extensions: path.join(root, 'extensions'),
    temporary: path.join(root, 'tmp'),
    remove: () => {
      rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
      forgetFolder(root);
    },
  };
  keepFolder(root);
  mkdirSync(profile.workspace);
  mkdirSync(profile.extensions);
  mkdirSync(profile.temporary);
  writeSettings(profile, settings);
  return profile;
}

/**
 * Replaces the user settings; VS Code's server keeps them in files and follows their changes. Settings of scope
 * `machine` are read from `User` by desktop VS Code, and from `Machine` where the window is that of a server.
 */
export function writeSettings(profile: Profile, settings: Readonly<Record<string, unknown>>): void {
  writeSettingsFile(profile, 'User', { ...quietSettings, ...settings });
  writeSettingsFile(profile, 'Machine', settings);
}

function writeSettingsFile(
  profile: Profile,
  name: string,
  settings: Readonly<Record<string, unknown>>,
): void {
  const folder = path.join(profile.userData, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'settings.json'), JSON.stringify(settings, null, 2));
}

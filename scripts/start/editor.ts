import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { downloadAndUnzipVSCode, SilentReporter } from '@vscode/test-electron';
import { startGroup } from '../vscodeHost/processGroup.ts';
import { type Profile, writeSettings } from '../vscodeHost/profile.ts';
import { cacheFolder, projectRoot } from '../vscodeHost/project.ts';
import { startServer } from '../vscodeHost/server.ts';
import type { Running } from './running.ts';

export interface RunningEditor extends Running {
  /** Where the user finds it. */
  readonly description: string;
  readonly exited: Promise<unknown>;
}

/**
 * Opens VS Code on a throw-away profile whose embedded backend is the one of `dataFolder`: the desktop VS Code of
 * this machine, else one that can be downloaded, else (or when `web`) the npm-delivered one for a browser.
 */
export async function openEditor(profile: Profile, dataFolder: string, web: boolean): Promise<RunningEditor> {
  // An extension of its own, because two extensions under development are more than the web workbench takes.
  const opener = path.join(projectRoot, 'scripts/start/opener');
  cpSync(opener, path.join(profile.extensions, 'runglass.runglass-opener-0.0.1'), { recursive: true });
  writeSettings(profile, { 'runglass.embedded.dataFolder': dataFolder });
  const executable = web ? null : await findDesktop();
  return executable ? openDesktop(profile, executable) : openWeb(profile);
}

async function openWeb(profile: Profile): Promise<RunningEditor> {
  const server = await startServer(profile);
  return {
    description: `open ${server.url({ folder: profile.workspace })}`,
    exited: new Promise(() => {}),
    stop: () => server.stop(),
  };
}

/** Path of a desktop VS Code that can be shown here, or null. */
async function findDesktop(): Promise<string | null> {
  const { platform, env } = process;
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return null;
  // In the terminal of a remote window `code` belongs to the desktop at the other end and opens no folder of ours.
  if (
    !env.VSCODE_IPC_HOOK_CLI &&
    spawnSync('code', ['--version'], { shell: platform === 'win32' }).status === 0
  ) {
    return 'code';
  }
  try {
    console.log('Downloading desktop VS Code …');
    return await downloadAndUnzipVSCode({
      cachePath: path.join(cacheFolder(), 'vscode-test'),
      reporter: new SilentReporter(),
    });
  } catch {
    console.log('Desktop VS Code cannot be downloaded here, so the npm-delivered one is used.');
    return null;
  }
}

function openDesktop(profile: Profile, executable: string): RunningEditor {
  const args = [
    `--extensionDevelopmentPath=${projectRoot}`,
    `--user-data-dir=${profile.userData}`,
    `--extensions-dir=${profile.extensions}`,
    ...['--wait', '--new-window', '--skip-welcome', '--skip-release-notes', '--disable-workspace-trust'],
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    profile.workspace,
  ];
  // On Windows `code` is a batch file, which only a shell runs, and a shell splits what has spaces.
  const shell = process.platform === 'win32' && executable === 'code';
  const group = startGroup(executable, shell ? args.map((arg) => `"${arg}"`) : args, {
    stdio: 'ignore',
    shell,
  });
  return {
    description: 'a new window of desktop VS Code',
    exited: group.exited,
    stop: async () => {
      stopMainProcess(profile);
      await group.stop();
    },
  };
}

/** The command-line launcher leaves VS Code's main process behind, which notes its id in its profile. */
function stopMainProcess(profile: Profile): void {
  try {
    process.kill(Number(readFileSync(path.join(profile.userData, 'code.lock'), 'utf8')), 'SIGTERM');
  } catch {
    // Already gone.
  }
}

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { installVscodeHost } from './install.ts';
import { writeLanguagePack } from './languagePack.ts';
import { Door, ownNetwork } from './ownNetwork.ts';
import { startGroup } from './processGroup.ts';
import type { Profile } from './profile.ts';
import { nodeBinary, projectRoot } from './project.ts';

export interface ServerOptions {
  /** Added to the environment, which the extension host inherits. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the server soon after its last page is gone; a page that reloads may then find it gone. */
  readonly autoShutdown?: boolean;
  /** Workspaces are trusted only when the user says so; the settings must have it enabled, too. */
  readonly workspaceTrust?: boolean;
  /** Display language (BCP 47) of its windows; VS Code's own words stay English. */
  readonly language?: string;
  /** Our extension is not loaded from the project: it is the one that was installed (`installExtension`). */
  readonly installed?: boolean;
  /** VS Code has no network but a loopback of its own, where `ownNetwork` is allowed; its pages are served all the same. */
  readonly offline?: boolean;
}

/** A running VS Code server on 127.0.0.1. */
export interface VscodeServer {
  readonly origin: string;
  /** What the server and its extension host wrote to their standard streams. */
  output(): string;
  /** URL of the workbench on a folder, or on none, with our extension in it; paths are absolute. */
  url(options: WorkbenchOptions): string;
  stop(): Promise<void>;
}

export interface WorkbenchOptions {
  /** A folder or a file of a workspace; null for a window without either. */
  readonly folder: string | null;
  /** Module whose `run()` the extension host calls. */
  readonly tests?: string;
}

const startTimeoutMs = 60_000;

/** Starts VS Code's server, about 0.5 s; throws with what it printed when it does not listen within a minute. */
export async function startServer(profile: Profile, options: ServerOptions = {}): Promise<VscodeServer> {
  const { serverMain } = installVscodeHost();
  if (options.language) writeLanguagePack(profile, options.language);
  const token = randomBytes(16).toString('hex');
  const cut = options.offline ? ownNetwork() : null;
  const socketPath = path.join(profile.root, 'door');
  const place = cut ? ['--socket-path', socketPath] : ['--host', '127.0.0.1', '--port', '0'];
  const args = [serverMain, ...place, ...serverArguments(profile, token, options)];
  const [program, ...words] = [...(cut ?? []), nodeBinary, ...args] as const;
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const group = startGroup(program, words, { env: environment(profile, options.env), stdio: [...stdio] });
  let output = '';
  const listening = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`VS Code does not listen:\n${output}`)), startTimeoutMs);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const [, where] = /Extension host agent listening on (\S+)\n/.exec(output) ?? [];
      if (where === undefined) return;
      clearTimeout(timer);
      resolve(where);
    };
    group.child.stdout?.on('data', read);
    group.child.stderr?.on('data', read);
    group.exited.then((code) => reject(new Error(`VS Code ended with ${code}:\n${output}`)), reject);
  });
  const door = cut ? await Door.open(socketPath) : null;
  const authority = `127.0.0.1:${door?.port ?? listening}`;
  return {
    origin: `http://${authority}`,
    output: () => output,
    url: (workbench) => workbenchUrl(authority, token, workbench, options.installed ?? false),
    stop: async () => {
      door?.close();
      await group.stop();
    },
  };
}

/** Installs a .vsix into the profile as a user's command line does; throws with what VS Code said. */
export function installExtension(profile: Profile, vsix: string): void {
  const { serverMain } = installVscodeHost();
  const { status, stdout, stderr } = spawnSync(
    nodeBinary,
    [serverMain, '--install-extension', vsix, ...foldersOf(profile), '--accept-server-license-terms'],
    { env: environment(profile), encoding: 'utf8' },
  );
  if (status !== 0 || !/was successfully installed/.test(stdout))
    throw new Error(`VS Code did not install ${vsix}:\n${stdout}${stderr}`);
}

function foldersOf(profile: Profile): string[] {
  return [
    ...['--server-data-dir', profile.serverData, '--user-data-dir', profile.userData],
    ...['--extensions-dir', profile.extensions],
  ];
}

function serverArguments(profile: Profile, token: string, options: ServerOptions): string[] {
  return [
    ...['--connection-token', token, '--accept-server-license-terms'],
    ...foldersOf(profile),
    ...['--telemetry-level', 'off'],
    // The environment is ours, not that of a login shell, which a busy machine may not have started within 10 s: an error.
    '--force-disable-user-env',
    // These four are code-server's own; --help does not list them.
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
    ...(options.language ? ['--locale', options.language] : []),
    // A built VS Code reads the `payload` of the URL, which names the extension's folder, only with this.
    '--enable-smoke-test-driver',
    ...(options.autoShutdown
      ? [
          '--enable-remote-auto-shutdown',
          '--remote-auto-shutdown-without-delay',
          '--reconnection-grace-time',
          '20',
        ]
      : []),
  ];
}

function environment(profile: Profile, extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, ...extra };
  for (const name of Object.keys(env)) {
    // Left by a VS Code terminal, they would connect the server to that VS Code.
    if (name.startsWith('VSCODE_') || name === 'ELECTRON_RUN_AS_NODE' || name === 'NODE_OPTIONS')
      delete env[name];
  }
  // VS Code leaves sockets and folders in the temporary folder: they shall go with the profile. The temporary folder
  // of macOS has a name too long for a socket in a folder below it.
  if (process.platform !== 'darwin') {
    env.TMPDIR = profile.temporary;
    delete env.XDG_RUNTIME_DIR;
  }
  env.EXTENSIONS_GALLERY = JSON.stringify({ serviceUrl: '' });
  return env;
}

function workbenchUrl(
  authority: string,
  token: string,
  options: WorkbenchOptions,
  installed: boolean,
): string {
  const remote = (file: string) => `vscode-remote://${authority}${file}`;
  const payload = installed ? [] : [['extensionDevelopmentPath', remote(projectRoot)]];
  if (options.tests) payload.push(['extensionTestsPath', remote(options.tests)]);
  const query = new URLSearchParams({
    tkn: token,
    ...opened(options.folder),
    payload: JSON.stringify(payload),
  });
  return `http://${authority}/?${query}`;
}

function opened(place: string | null): Record<string, string> {
  if (place === null) return { ew: 'true' };
  return place.endsWith('.code-workspace') ? { workspace: place } : { folder: place };
}

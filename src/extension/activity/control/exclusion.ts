import { minimatch } from 'minimatch';

/** Structurally a `vscode.Uri`. */
export interface Place {
  readonly scheme: string;
  readonly authority: string;
  /** Decoded, with slashes. */
  readonly path: string;
  readonly fsPath: string;
}

export interface Machine {
  readonly platform: NodeJS.Platform;
  /** What `~` stands for. */
  readonly home: string;
}

const isUri = /^[a-z][a-z\d+.-]+:\/\//i;
const isRooted = /^(\/|[a-z]:|\*\*\/)/i;
const anywhere = '**/';
const globOptions = { dot: true, nonegate: true, nocomment: true, platform: 'linux' } as const;

/**
 * Whether one of these folders, or one that it lies in, is on the list: absolute paths, URIs, or glob patterns; a
 * pattern or name that is not absolute matches anywhere. Links are not followed: a folder has the name that it was
 * opened by. Upper and lower case are the same where most disks of the platform say so.
 */
export function isExcluded(folders: readonly Place[], list: readonly string[], machine: Machine): boolean {
  const entries = list.filter((entry) => entry.trim() !== '').map((entry) => entryOf(entry.trim(), machine));
  return folders.some((folder) => {
    const name = nameOf(folder, machine);
    const within = ancestorsOf(name);
    return entries.some(
      (entry) =>
        // As it stands first: a folder may well be called `runs [old]`.
        name === entry ||
        name.startsWith(`${entry}/`) ||
        within.some((ancestor) => isNamed(ancestor, entry) || minimatch(ancestor, entry, globOptions)),
    );
  });
}

/** Whether a path ends as an entry for anywhere does, letter by letter. */
function isNamed(path: string, entry: string): boolean {
  return entry.startsWith(anywhere) && path.endsWith(entry.slice(anywhere.length - 1));
}

/** What to write on the list for a folder. */
export function entryFor({ scheme, authority, path, fsPath }: Place): string {
  return scheme === 'file' ? fsPath : `${scheme}://${authority}${path}`;
}

function nameOf(folder: Place, { platform }: Machine): string {
  const name = onMachine(entryFor(folder));
  const isWindowsPath = platform === 'win32' && folder.scheme === 'file';
  return folded(isWindowsPath ? name.replaceAll('\\', '/') : name, platform);
}

function entryOf(text: string, { platform, home }: Machine): string {
  // All that is in a folder goes with the folder itself.
  const folder = text.replace(/(?<=.)([\\/]\*\*)+[\\/]*$/, '');
  if (isUri.test(folder)) return folded(onMachine(decoded(folder)), platform);
  const atHome = folder.replace(/^~(?=$|[\\/])/, home);
  const path = platform === 'win32' ? atHome.replaceAll('\\', '/') : atHome;
  return folded(isRooted.test(path) ? path : `${anywhere}${path}`, platform);
}

/** The path of a URI on the disk of this machine, which other windows may know as a remote one. */
function onMachine(uri: string): string {
  return uri.replace(/^(file:\/\/|vscode-remote:\/\/[^/]+)(?=\/)/i, '');
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

function folded(name: string, platform: NodeJS.Platform): string {
  const plain = name.normalize().replace(/\/+$/, '');
  return platform === 'win32' || platform === 'darwin' ? plain.toLowerCase() : plain;
}

/** The folder and those that it lies in, up to the root or the authority of a URI. */
function ancestorsOf(name: string): string[] {
  const root = isUri.exec(name)?.[0].length ?? 0;
  const ancestors = [name];
  for (let end = name.lastIndexOf('/'); end > root; end = name.lastIndexOf('/', end - 1))
    ancestors.push(name.slice(0, end));
  return ancestors;
}

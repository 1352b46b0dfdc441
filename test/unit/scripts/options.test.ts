import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readOptions } from '../../../scripts/options.mjs';
import { projectRoot } from '../../../scripts/vscodeHost/project.ts';

/** What a script prints that takes `--check` and `--notes`, each with a value. */
function refusal(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/release.mjs', ...args], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  assert.deepEqual([status, stdout], [1, '']);
  return stderr.trim();
}

describe('options of the command line', () => {
  it('are read as they are given', () => {
    const options = { minutes: { type: 'string' }, quick: { type: 'boolean' } } as const;
    assert.deepEqual(
      { ...readOptions(options, ['--minutes', '60', '--quick']) },
      { minutes: '60', quick: true },
    );
    assert.deepEqual({ ...readOptions(options, []) }, {});
  });

  it('end the script with those that there are when one cannot be read', () => {
    const all = 'The options are --check, --notes.';
    assert.equal(refusal('--nope'), `Unknown option '--nope'. ${all}`);
    assert.equal(refusal('nope'), `Unexpected argument 'nope'. ${all}`);
    assert.equal(refusal('--check'), `Option '--check <value>' argument missing. ${all}`);
  });
});

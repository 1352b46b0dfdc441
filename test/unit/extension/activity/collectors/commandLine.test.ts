import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { builtins, programWord } from '../../../../../src/extension/activity/collectors/commandLine.ts';
import { isProgram } from '../../../../../src/extension/platform/programs.ts';

describe('the program of a command line', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['git', 'git'],
    ['  git commit -m "secret"', 'git'],
    ['python3.12 train.py --key=secret', 'python3.12'],
    ['ls|grep secret', 'ls'],
    ['make;echo secret', 'make'],
    ['make\nsecret', 'make'],
    ['cd /secret && npm test', 'cd'],
    ['TOKEN=secret npm publish', 'npm'],
    ['A=1 B="se cret" C=\'x y\' node x', 'node'],
    ['sudo apt-get install secret', 'apt-get'],
    ['sudo -u secret -E make', 'make'],
    ['sudo -uroot git secret', 'git'],
    ['sudo -nu secret TOKEN=secret make', 'make'],
    ['sudo --user git secret', null],
    ['env -i A=secret node', 'node'],
    ['env -u SECRET node', 'node'],
    ['nice -n 5 make', 'make'],
    ['time -- make secret', 'make'],
    ['sudo env A=b nohup python x', 'python'],
    ['sudo', 'sudo'],
    ['sudo | secret', 'sudo'],
    ['exec zsh', 'zsh'],
    // Nothing that is not a bare name.
    ['', null],
    ['   \n ', null],
    ['/usr/bin/secret', null],
    ['./secret.sh', null],
    ['~/bin/secret', null],
    ['..\\secret.cmd', null],
    ['"secret" x', null],
    ["'secret'", null],
    ['$SECRET', null],
    ['$(secret)', null],
    ['`secret`', null],
    ['\u0024{SECRET} x', null],
    ['$env:TOKEN="secret"; git', null],
    ['& "C:\\secret\\git.exe"', null],
    ['# secret', null],
    ['(secret)', null],
    ['{ secret; }', null],
    ['secret() { ls; }', null],
    ['!secret', null],
    ['-secret', null],
    ['@secret', null],
    ['<secret cat', null],
    ['>secret', null],
    ['user:password@host', null],
    ['password=', null],
    ['TOKEN=secret', null],
    ['TOKEN="se cret"', null],
    ['A="x cat y" B=$(cat secret) ls', null],
    ['A="$(secret)" ls', null],
    ['A="a\\" git" ls', null],
    ['sudo -S "secret" ls', null],
    ['sudo -p "my git secret" ls', null],
    ['sudo -u', null],
    ['se\u200bcret x', null],
    ['sécret', null],
    ['ghp_1234+abc/def', null],
    ['x'.repeat(65), null],
  ];
  for (const [line, program] of cases)
    it(`${JSON.stringify(line).slice(0, 50)} is ${program}`, () => assert.equal(programWord(line), program));

  it('is found, or not, in a line of any length in no time', () => {
    for (const part of ['A=b ', 'sudo ', 'sudo -a ', 'A="', "A='x' ", 'env -u x ', '-', '\\', '=', ' '])
      programWord(`A=${part.repeat(200_000)}`);
    assert.equal(programWord(`git ${'x'.repeat(10_000_000)}`), 'git');
  });

  it('is one only when it is on PATH, in an absolute folder, as a file that can run', async () => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'rg-path-'));
    const env = { PATH: [root, '.', 'test', ''].join(path.delimiter), PATHEXT: '.CMD' };
    const add = (name: string, mode: number) => {
      writeFileSync(path.join(root, name), '');
      chmodSync(path.join(root, name), mode);
    };
    try {
      const tool = process.platform === 'win32' ? 'tool.cmd' : 'tool';
      add(tool, 0o755);
      add('data', 0o644);
      mkdirSync(path.join(root, 'folder'));
      assert.equal(await isProgram('tool', env), true);
      if (process.platform !== 'win32') assert.equal(await isProgram('data', env), false);
      for (const name of ['folder', 'hunter2', 'package.json', `../${path.basename(root)}/tool`, ''])
        assert.equal(await isProgram(name, env), false, name);
    } finally {
      rmSync(root, { recursive: true });
    }
    assert.equal(await isProgram('node', {}), false);
    assert.ok(builtins.has('cd') && !builtins.has(''));
  });
});

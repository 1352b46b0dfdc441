import assert from 'node:assert/strict';
import {
  entryFor,
  isExcluded,
  type Machine,
} from '../../../../../src/extension/activity/control/exclusion.ts';

const linux: Machine = { platform: 'linux', home: '/home/me' };
const mac: Machine = { platform: 'darwin', home: '/Users/me' };
const windows: Machine = { platform: 'win32', home: 'C:\\Users\\me' };

const onDisk = (path: string) => ({ scheme: 'file', authority: '', path, fsPath: path });
/** As VS Code makes it: the drive in lower case, backslashes. */
const onWindows = (fsPath: string) => ({
  ...{ scheme: 'file', authority: '', fsPath },
  path: `/${fsPath.replaceAll('\\', '/')}`,
});
const remote = (path: string) => ({ ...onDisk(path), scheme: 'vscode-vfs', authority: 'github' });

function check(machine: Machine, cases: readonly (readonly [ReturnType<typeof onDisk>, string, boolean])[]) {
  for (const [folder, entry, expected] of cases)
    assert.equal(isExcluded([folder], [entry], machine), expected, `${folder.fsPath} by ${entry}`);
}

describe('workspaces that are never reported', () => {
  it('are those on the list and what lies in them, by whole names', () => {
    check(linux, [
      [onDisk('/work/secret'), '/work/secret', true],
      [onDisk('/work/secret'), '/work/secret/', true],
      [onDisk('/work/secret/a/b'), '/work/secret', true],
      [onDisk('/work/secrets'), '/work/secret', false],
      [onDisk('/work'), '/work/secret', false],
      [onDisk('/work/Secret'), '/work/secret', false],
      [onDisk('/work/secret'), ' /work/secret ', true],
      [onDisk('/anything'), '/', true],
      [onDisk('/'), '/', true],
      [onDisk('/work/runs [old] (a)'), '/work/runs [old] (a)', true],
      [onDisk('/home/me/x'), '~/x', true],
      [onDisk('/home/me/x'), '~', true],
      [onDisk('/home/me2'), '~', false],
      [onDisk('/work/a'), 'file:///work/a', true],
    ]);
  });

  it('are those that match a pattern, or lie in one that does', () => {
    check(linux, [
      [onDisk('/work/customer-1'), '/work/customer-*', true],
      [onDisk('/work/customer-1/src'), '/work/customer-*', true],
      [onDisk('/work/x/customer-1'), '/work/customer-*', false],
      [onDisk('/work/x/y'), '/work/**', true],
      [onDisk('/work'), '/work/**', true],
      [onDisk('/work'), '/work/*', false],
      [onDisk('/home/me/customer-1'), '~/customer-*/**', true],
      [onDisk('/home/me/secret'), '**/secret/**/', true],
      [onDisk('/home/me/secrets'), '**/secret/**', false],
      [onDisk('/a/runs [old]/x'), 'runs [old]', true],
      [onDisk('/a/runs [old]'), '**/runs [old]', true],
      [onDisk('/a/my runs [old]'), 'runs [old]', false],
      [onDisk('/a/b'), '/**', true],
      [onDisk('/a/b'), '**/**', true],
      [onDisk('/a/.hidden/secret/b'), '**/secret', true],
      [onDisk('/a/.hidden/secret/b'), 'secret', true],
      [onDisk('/a/secrets'), 'secret', false],
      [onDisk('/a/b'), '**/{a,c}/b', true],
      [onDisk('/a/b'), '**', true],
      [onDisk('/'), '**', true],
      [onDisk('/a/!b'), '!b', true],
      [onDisk('/a/c'), '!b', false],
      [onDisk('/a/#b'), '#b', true],
      [onDisk('/a/b'), '[', false],
      [onDisk('/a/b'), '  ', false],
    ]);
  });

  it('are found on Windows whatever the case, the slashes and the drive', () => {
    check(windows, [
      [onWindows('c:\\Work\\Secret'), 'C:\\work\\secret', true],
      [onWindows('c:\\Work\\Secret\\a'), 'C:/Work/Secret/', true],
      [onWindows('d:\\Work\\Secret'), 'C:\\Work\\Secret', false],
      [onWindows('c:\\Work\\Secrets'), 'C:\\Work\\Secret', false],
      [onWindows('c:\\Users\\me\\x'), '~\\x', true],
      [onWindows('c:\\a\\customer-1'), 'C:\\a\\customer-*', true],
      [onWindows('\\\\server\\share\\x'), '\\\\server\\share', true],
      [onWindows('c:\\a'), 'C:\\', true],
    ]);
    check(mac, [[onDisk('/Users/me/Secret'), '/users/me/secret', true]]);
    // The same name, composed and not.
    check(mac, [[onDisk('/a/u\u0308ber'), '/a/\u00fcber', true]]);
  });

  it('are found when they are not on a disk of this machine, by their URI', () => {
    check(linux, [
      [remote('/org/repo'), 'vscode-vfs://github/org/repo', true],
      [remote('/org/repo/sub'), 'vscode-vfs://github/org', true],
      [remote('/org/a b'), 'vscode-vfs://github/org/a%20b', true],
      [remote('/org/repo'), 'vscode-vfs://gitlab/org/repo', false],
      [remote('/org/repo'), 'vscode-vfs://github/*/repo', true],
      [remote('/org/repo'), 'vscode-vfs://github/org/repo/**', true],
      [onDisk('/work/a'), 'vscode-remote://ssh-remote+host/work/a', true],
      [remote('/org/repo'), '/org/repo', false],
      [remote('/org/repo'), 'repo', true],
      [remote('/org/repo'), 'vscode-vfs://%', false],
    ]);
  });

  it('silence a window when any of its folders is one', () => {
    const folders = [onDisk('/work/open'), onDisk('/work/secret')];
    assert.equal(isExcluded(folders, ['/other', '/work/secret'], linux), true);
    assert.equal(isExcluded(folders, ['/other'], linux), false);
    assert.equal(isExcluded(folders, [], linux), false);
    assert.equal(isExcluded([], ['**'], linux), false);
  });

  it('are found again by the entry that is written for them', () => {
    for (const [folder, machine] of [
      [onDisk('/work/a [b]*'), linux],
      [remote('/org/a b%'), linux],
      [onWindows('c:\\Work\\a (b)'), windows],
    ] as const)
      assert.ok(isExcluded([folder], [entryFor(folder)], machine), entryFor(folder));
  });
});

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
      [onDisk('/data/secret'), '/data/secret', true],
      [onDisk('/data/secret'), '/data/secret/', true],
      [onDisk('/data/secret/a/b'), '/data/secret', true],
      [onDisk('/data/secrets'), '/data/secret', false],
      [onDisk('/data'), '/data/secret', false],
      [onDisk('/data/Secret'), '/data/secret', false],
      [onDisk('/data/secret'), ' /data/secret ', true],
      [onDisk('/anything'), '/', true],
      [onDisk('/'), '/', true],
      [onDisk('/data/runs [old] (a)'), '/data/runs [old] (a)', true],
      [onDisk('/home/me/x'), '~/x', true],
      [onDisk('/home/me/x'), '~', true],
      [onDisk('/home/me2'), '~', false],
      [onDisk('/data/a'), 'file:///data/a', true],
    ]);
  });

  it('are those that match a pattern, or lie in one that does', () => {
    check(linux, [
      [onDisk('/data/customer-1'), '/data/customer-*', true],
      [onDisk('/data/customer-1/src'), '/data/customer-*', true],
      [onDisk('/data/x/customer-1'), '/data/customer-*', false],
      [onDisk('/data/x/y'), '/data/**', true],
      [onDisk('/data'), '/data/**', true],
      [onDisk('/data'), '/data/*', false],
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
      [onDisk('/data/a'), 'vscode-remote://ssh-remote+host/data/a', true],
      [remote('/org/repo'), '/org/repo', false],
      [remote('/org/repo'), 'repo', true],
      [remote('/org/repo'), 'vscode-vfs://%', false],
    ]);
  });

  it('silence a window when any of its folders is one', () => {
    const folders = [onDisk('/data/open'), onDisk('/data/secret')];
    assert.equal(isExcluded(folders, ['/other', '/data/secret'], linux), true);
    assert.equal(isExcluded(folders, ['/other'], linux), false);
    assert.equal(isExcluded(folders, [], linux), false);
    assert.equal(isExcluded([], ['**'], linux), false);
  });

  it('are found again by the entry that is written for them', () => {
    for (const [folder, machine] of [
      [onDisk('/data/a [b]*'), linux],
      [remote('/org/a b%'), linux],
      [onWindows('c:\\Work\\a (b)'), windows],
    ] as const)
      assert.ok(isExcluded([folder], [entryFor(folder)], machine), entryFor(folder));
  });
});

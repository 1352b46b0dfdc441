import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { BundledPackage } from '../../../scripts/notices/bundled.ts';
import { type Notice, noticeFaults, renderNotices } from '../../../scripts/notices/notices.ts';
import { shippedWith } from '../../../scripts/notices/shipped.ts';

describe('notices of what ships', () => {
  const mit: Notice = { name: 'one', version: '1.0.0', licence: 'MIT', text: 'MIT\nCopyright one\n' };

  it('allow licences that only want to be named, also as one of alternatives', () => {
    for (const licence of ['MIT', 'Apache-2.0 WITH LLVM-exception', 'GPL-3.0-only OR MIT'])
      assert.deepEqual(noticeFaults([{ ...mit, licence }]), []);
  });

  it('refuse a licence that asks for more, one that is not named, and one that has no text', () => {
    for (const licence of ['GPL-3.0-only', 'MIT AND GPL-3.0-only', 'SEE LICENSE IN LICENSE', ''])
      assert.match(
        noticeFaults([{ ...mit, licence }]).join('\n'),
        /^one 1\.0\.0 is under .+ may ship: do without it/,
      );
    for (const text of [null, ' \n'])
      assert.match(noticeFaults([{ ...mit, text }]).join('\n'), /^one 1\.0\.0 ships no text of its licence/);
  });

  it('name each part and give each text once', () => {
    const other = { ...mit, name: 'other', text: 'MIT  \r\nCopyright one\r\n', within: 'one' };
    const rendered = renderNotices([other, mit, { ...mit, name: 'third', text: 'MIT\nCopyright third' }]);
    assert.match(
      rendered,
      /^- one 1\.0\.0, MIT\n- other 1\.0\.0, MIT \(within one\)\n- third 1\.0\.0, MIT$/m,
    );
    assert.equal(rendered.split('Copyright one').length, 2);
    assert.match(rendered, /=\none 1\.0\.0\nother 1\.0\.0\n=+\n\nMIT\nCopyright one\n/);
  });

  describe('of a package', () => {
    let folder: string;
    let found: BundledPackage;

    beforeEach(() => {
      folder = mkdtempSync(path.join(os.tmpdir(), 'rg-notices-'));
      write('package.json', JSON.stringify({ name: 'big', version: '2.0.0', license: 'Apache-2.0' }));
      write('LICENSE.md', 'the licence');
      found = { name: 'big', version: '2.0.0', folder, inlined: [] };
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const write = (name: string, text: string) => {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    };
    const part = { name: 'part', licence: 'MIT', text: 'ajv', within: 'big' };

    it('have its licence and its NOTICE, and nothing when it ships none', () => {
      write('NOTICE', 'the notice');
      const [notice] = shippedWith([found], {}).notices;
      assert.equal(notice?.text, 'the licence\n\nthe notice');
      rmSync(path.join(folder, 'LICENSE.md'));
      assert.equal(shippedWith([found], {}).notices[0]?.text, null);
    });

    it('have the parts that are embedded in it, with their texts', () => {
      const embedded = { big: { lookedAt: '2.0.0', parts: [part] } };
      const { notices, faults } = shippedWith([{ ...found, inlined: ['part'] }], embedded);
      assert.deepEqual(faults, []);
      assert.deepEqual(
        notices.map(({ name }) => name),
        ['big', 'part'],
      );
      assert.match(notices[1]?.text ?? '', /MIT License/);
    });

    it('tell of a part that nobody has listed, of a version that nobody has looked at, and of what is gone', () => {
      const faultsOf = (inlined: string[], lookedAt: string, name = 'big') =>
        shippedWith([{ ...found, inlined }], { [name]: { lookedAt, parts: [part] } }).faults.join('\n');
      assert.match(faultsOf(['part', 'more'], '2.0.0'), /^big 2\.0\.0 is bundled with more: list them in/);
      assert.match(faultsOf([], '1.9.0'), /^big is 2\.0\.0 now, not 1\.9\.0: look at what is in it/);
      assert.match(faultsOf([], '2.0.0', 'gone'), /^gone does not ship any more/);
    });
  });
});

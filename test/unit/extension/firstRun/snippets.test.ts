import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  files,
  fillSnippet,
  languages,
  type SnippetTarget,
} from '../../../../src/extension/firstRun/snippets.ts';

const folder = path.resolve('media/snippets');
const template = (language: (typeof languages)[number]) =>
  readFileSync(path.join(folder, files[language]), 'utf8');
const remote: SnippetTarget = {
  url: 'https://abcd.supabase.co',
  publishableKey: 'sb_publishable_x',
  email: 'ada@example.com',
  password: null,
};
const local: SnippetTarget = { ...remote, url: 'http://127.0.0.1:54321', password: 'of this machine' };

describe('a snippet', () => {
  it('is there for every language, and no file is left over', () => {
    assert.deepEqual(readdirSync(folder).toSorted(), Object.values(files).toSorted());
  });

  for (const language of languages)
    describe(`for ${language}`, () => {
      const text = (target: SnippetTarget) => fillSnippet(template(language), language, target);

      it('has everything filled in, and at most 40 lines of code', () => {
        for (const target of [remote, local]) {
          const snippet = text(target);
          for (const value of [target.url, target.publishableKey, target.email])
            assert.ok(snippet.includes(value), value);
          assert.doesNotMatch(snippet, /\{\{\w+\}\}|@(local|remote|loopback|network)/);
          const lines = snippet.split('\n').filter((line) => line.trim() !== '');
          assert.ok(lines.length <= 40, `${lines.length} lines`);
          for (const line of lines) assert.ok(line.length <= 130, line);
        }
      });

      it('has the password of the local backend, and says that it is good here only', () => {
        assert.match(text(local), /'of this machine'|"of this machine"/);
        assert.match(text(local), /Good on this machine only/);
        assert.doesNotMatch(text(local), /RUNGLASS_PASSWORD/);
      });

      it('goes past the proxies of the environment to this machine, and through them to any other', () => {
        const direct = /ProxyHandler\(\{\}\)|--noproxy|no_proxy/;
        // JavaScript's fetch knows no proxy.
        for (const url of ['http://127.0.0.1:54321', 'http://localhost:54321', 'http://[::1]:54321'])
          for (const password of [null, 'x'])
            assert.equal(direct.test(text({ ...remote, url, password })), language !== 'javascript', url);
        for (const url of [remote.url, 'http://127.0.0.1.example', 'no URL'])
          assert.doesNotMatch(text({ ...remote, url }), direct);
      });

      it('has no password of any other account, and says where it comes from', () => {
        assert.match(text(remote), /RUNGLASS_PASSWORD/);
        assert.match(text(remote), /An account without a password/);
        assert.doesNotMatch(text(remote), /on this machine only/);
      });
    });

  it('for a terminal gives its shell nothing but the word bash: zsh knows no comment in what is typed', () => {
    const lines = fillSnippet(template('shell'), 'shell', local).trimEnd().split('\n');
    assert.equal(lines[0], "bash <<'RUNGLASS'");
    assert.equal(lines.indexOf('RUNGLASS'), lines.length - 1);
  });

  it('takes nothing in a value for a place to fill in, or for the mark of a line', () => {
    const odd = { ...local, url: '{{email}}', email: 'x # @remote\n"{{password}}"' };
    const snippet = fillSnippet('URL = "{{url}}"\nEMAIL = "{{email}}"', 'python', odd);
    assert.equal(snippet, 'URL = "{{email}}"\nEMAIL = "x # @remote\\u000a\\"{{password}}\\""');
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { marked } from 'marked';
import { withoutRelativeTargets } from '../../../scripts/package/page.ts';
import { projectRoot } from '../../../scripts/vscodeHost/project.ts';

describe('pages of a package without a repository', () => {
  it('leave pictures out, keep the words of links, and all that leads somewhere', () => {
    const page = withoutRelativeTargets(
      '# A\n\n![A dashboard](media/a.png)\n\nSee [`docs/A.md`](docs/A.md#b), [here](#a) or\n[Supabase](https://supabase.com).\n',
    );
    assert.equal(page, '# A\n\nSee `docs/A.md`, [here](#a) or\n[Supabase](https://supabase.com).\n');
  });

  const kept: readonly [string, string, string][] = [
    ['a picture within a line', 'Press ![the button](media/b.png) now.', 'Press  now.'],
    [
      'a picture that is a link',
      '[![CI](media/ci.png)](docs/CI.md) [![CI](https://a.b/c.svg)](docs/CI.md)',
      ' ![CI](https://a.b/c.svg)',
    ],
    ['brackets in words, and code', '[a [b] `c[0](d)`](docs/A.md)', 'a [b] `c[0](d)`'],
    ['a title, a target in brackets', '[a](docs/A.md "A") [b](<docs/B C.md>)', 'a b'],
    ['a reference', '[a][b]\n\n[b]: https://a.b', '[a][b]\n\n[b]: https://a.b'],
    ['a reference to a page', '[a][b].\n\n[b]: docs/A.md\n', 'a.\n\n[b]: docs/A.md\n'],
    [
      'the lines of lists and quotations',
      '- a [b\n  c](d.md)\n\n> e [f\n> g](h.md)\n',
      '- a b\nc\n\n> e f\ng\n',
    ],
    ['a table', '| a |\n|---|\n| [b](c.md) |\n', '| a |\n|---|\n| b |\n'],
    [
      'code that looks like a link',
      '`[a](b.md)` [a](b.md)\n\n```\n[a](b.md)\n```\n',
      '`[a](b.md)` a\n\n```\n[a](b.md)\n```\n',
    ],
  ];
  for (const [what, markdown, page] of kept)
    it(`know ${what}`, () => assert.equal(withoutRelativeTargets(markdown), page));

  for (const name of ['README.md', 'CHANGELOG.md'])
    it(`${name} leads nowhere else`, () => {
      const targets: string[] = [];
      const page = withoutRelativeTargets(readFileSync(path.join(projectRoot, name), 'utf8'));
      marked.walkTokens(marked.lexer(page), (token) => {
        if (token.type === 'link' || token.type === 'image') targets.push(token.href);
      });
      assert.ok(targets.length > 0);
      for (const target of targets) assert.match(target, /^(https:|#)/);
    });
});

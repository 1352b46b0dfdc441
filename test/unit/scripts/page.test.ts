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

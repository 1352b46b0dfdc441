import assert from 'node:assert/strict';
import { contentSecurityPolicy, escapeHtml, renderPage } from '../../../src/extension/dashboard/html.ts';

const options = {
  nonce: 'abc123',
  cspSource: 'https://*.vscode-cdn.net',
  scriptUri: 'https://file.vscode-cdn.net/dashboard.js',
  styleUri: 'https://file.vscode-cdn.net/dashboard.css',
  language: { locale: 'en', translations: undefined },
  title: 'Runglass',
};

function directives(policy: string): Map<string, string> {
  return new Map(
    policy.split('; ').map((directive) => {
      const [name = '', ...values] = directive.split(' ');
      return [name, values.join(' ')];
    }),
  );
}

describe('the page of the dashboard', () => {
  it('may load its own script by nonce, its own style and images, and nothing else', () => {
    const policy = directives(contentSecurityPolicy(options));
    assert.deepEqual(Object.fromEntries(policy), {
      'default-src': "'none'",
      'script-src': "'nonce-abc123'",
      'style-src': 'https://*.vscode-cdn.net',
      'img-src': 'https://*.vscode-cdn.net data:',
      'font-src': "'none'",
      'connect-src': "'none'",
      'frame-src': "'none'",
      'base-uri': "'none'",
      'form-action': "'none'",
    });
  });

  it('carries the policy, one script with the nonce, and no inline code', () => {
    const page = renderPage(options);
    assert.ok(page.includes(`content="${escapeHtml(contentSecurityPolicy(options))}"`));
    assert.deepEqual(page.match(/<script[^>]*>/g), [
      '<script type="module" nonce="abc123" src="https://file.vscode-cdn.net/dashboard.js">',
    ]);
    assert.ok(page.includes('<div id="root"></div>'));
    assert.doesNotMatch(page, /<style|style=|\son\w+=|unsafe/);
  });

  it('escapes what is put into it', () => {
    const page = renderPage({
      ...options,
      title: '</title><script>x</script>',
      language: { locale: '"><img>', translations: undefined },
    });
    assert.ok(!page.includes('<script>x') && !page.includes('<img>'));
  });

  it('carries any translation as data that nothing in it can end', () => {
    const translations = { Open: '</script><img src=x onerror=y><!--<script>', Close: 'Schlie\u2028ßen "\\' };
    const page = renderPage({ ...options, language: { locale: 'de', translations } });
    const [, json = ''] =
      /<script type="application\/json" id="translations">(.*?)<\/script>/s.exec(page) ?? [];
    assert.deepEqual(JSON.parse(json), translations);
    assert.ok(!page.includes('<img') && !page.includes('<!--'));
  });
});

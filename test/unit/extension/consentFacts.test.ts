import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { consentFacts } from '../../../src/extension/accounts/signIn/consentFacts.ts';
import { eventTypes } from '../../../src/shared/activity.ts';

describe('what a user agrees to', () => {
  const { sent, never } = consentFacts();

  it('is word for word what the setting says', () => {
    const strings = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;
    const [, listed, unlisted] = (strings['setting.activity.enabled'] ?? '').split(
      /\*\*(?:Sent|Never sent by Runglass itself)\*\*/,
    );
    const items = (text = '') =>
      text
        .split('\n')
        .filter((line) => line.startsWith('- '))
        .map((line) => line.slice(2));
    assert.deepEqual([items(listed), items(unlisted)], [sent, never]);
  });

  it('is written down for every type of event in docs/PRIVACY.md', () => {
    const document = readFileSync('docs/PRIVACY.md', 'utf8');
    for (const type of Object.values(eventTypes)) assert.ok(document.includes(`\`${type}\``), type);
  });
});

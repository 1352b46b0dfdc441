import assert from 'node:assert/strict';
import { checks } from '../../../src/extension/doctor/checks.ts';
import { refusalWords } from '../../../src/extension/signInWords.ts';
import { problemWords, stateWords } from '../../../src/extension/words.ts';
import { exitCodes, type FailureReason } from '../../../src/local/failure.ts';
import type { Problem, SignInRefusal, SyncState } from '../../../src/shared/status.ts';
import { problems, states } from '../../fixtures/problems.ts';
import { readPage } from './pages.ts';

/** What differs from case to case stands as … in the page. */
const values = /\b(sync_pull|models|projects_name_key|503|3)\b/g;

const refusals: { readonly [W in SignInRefusal]: true } = {
  wrongCode: true,
  noAccount: true,
  banned: true,
  denied: true,
  wayDisabled: true,
  captcha: true,
  secondFactor: true,
  stale: true,
  otherAccount: true,
  mailNotSent: true,
  other: true,
};

/** How the extension knows an exit code of the local backend's process; null for what it never meets. */
const reasonOf: { readonly [R in FailureReason]: Problem['reason'] | null } = {
  failed: 'backendFailed',
  usage: null,
  dataFolderInUse: 'dataFolderInUse',
  dataFolderDamaged: 'dataFolderDamaged',
  portInUse: 'portInUse',
  dataFolderNewer: 'dataFolderNewer',
  dataFolderUnusable: 'dataFolderUnusable',
  diskFull: 'diskFull',
  backendUnresponsive: 'backendUnresponsive',
};

describe('docs/TROUBLESHOOTING.md', () => {
  const { rows } = readPage('docs/TROUBLESHOOTING.md');
  const messageOf = (reason: Problem['reason']) =>
    problemWords(problems[reason]).message.replaceAll(values, '…');
  const rowAbout = (text: string) => rows.find(([first = '']) => first.includes(text));

  for (const reason of Object.keys(problems) as Problem['reason'][])
    it(`says what to do about ${reason}, in the words in which it is told`, () => {
      const row = rowAbout(messageOf(reason));
      assert.ok(row, messageOf(reason));
      assert.ok((row.at(-1) ?? '').length > 5, row.join(' | '));
    });

  it('says what to do about each refusal of a sign-in', () => {
    for (const why of Object.keys(refusals) as SignInRefusal[]) {
      const { message } = refusalWords(why);
      assert.ok(rowAbout(message), message);
    }
  });

  it('says what each state of the header means', () => {
    for (const state of Object.keys(states) as SyncState[])
      assert.ok(rowAbout(`**${stateWords({ state, cached: false }, null)}**`), state);
  });

  it('names each exit code of the local backend beside its words', () => {
    for (const [failure, code] of Object.entries(exitCodes) as [FailureReason, number][]) {
      const reason = reasonOf[failure];
      if (reason) assert.equal(rowAbout(messageOf(reason))?.[1], String(code), failure);
    }
  });

  it('says what mends each check of the Doctor', () => {
    const named = rows.flatMap(([first = '']) => first.split(', '));
    for (const { id, title } of checks) assert.ok(named.includes(title()), id);
  });
});

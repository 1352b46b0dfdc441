import assert from 'node:assert/strict';
import { reportingWords, troubleWords } from '../../../../../src/extension/activity/control/activityWords.ts';
import type { Trouble } from '../../../../../src/extension/activity/outbox/trouble.ts';
import type { Reporting } from '../../../../../src/shared/activity.ts';
import { Formats } from '../../../../../src/shared/format.ts';
import type { Problem } from '../../../../../src/shared/status.ts';

const since = Date.parse('2026-11-22T12:01:00Z');
const retryAt = since + 60_000;
const formats = new Formats('en', 'UTC');
const words = (trouble: Trouble) => troubleWords(trouble, formats, since);
const sending = (problem: Problem) => words({ kind: 'sending', since, retryAt, problem });

describe('the words for what is wrong with editor events', () => {
  it('say since when the backend is away, and that events wait', () => {
    for (const reason of ['unreachable', 'timeout'] as const)
      assert.match(sending({ reason, detail: 'x' }), /since 12:01.*wait on this machine.*by themselves/);
  });

  it('say until when the backend asks to wait', () => {
    for (const status of [429, 503])
      assert.match(sending({ reason: 'server', status, detail: 'x' }), /asks to wait.*12:02/);
  });

  it('ask to sign in when the session has ended', () => {
    assert.match(sending({ reason: 'sessionExpired', detail: 'x' }), /until you sign in again/);
  });

  it('name any other problem, which the log has in detail', () => {
    const text = sending({ reason: 'server', status: 500, detail: 'secret detail' });
    assert.match(text, /since 12:01\sPM: The backend answered with an error \(500\)\. Events wait/);
    assert.doesNotMatch(text, /secret/);
    assert.match(sending({ reason: 'notMigrated', missing: [], detail: 'x' }), /lacks the tables/);
  });

  it('say what a disk that takes nothing means, what it says and what to do', () => {
    assert.match(
      words({ kind: 'storage', since, detail: 'ENOSPC' }),
      /since 12:01\sPM \(ENOSPC\).*lost if the window closes.*free/,
    );
  });

  it('say how much of a damaged journal is lost', () => {
    assert.match(words({ kind: 'damaged', lines: 1 }), /damaged\. At most 1 event is lost\./);
    assert.match(words({ kind: 'damaged', lines: 1_234 }), /damaged\. At most 1,234 events are lost\./);
  });
});

describe('the words for what is reported', () => {
  it('differ for every state', () => {
    const all: readonly Reporting[] = ['on', 'off', 'notAgreed', 'paused', 'excluded'];
    const texts = all.map((reporting) => reportingWords({ reporting, local: false }));
    assert.equal(new Set([...texts, reportingWords({ reporting: 'on', local: true })]).size, 6);
    assert.match(texts[3] ?? '', /paused.*nothing is collected or sent, and what waits stays/);
  });
});

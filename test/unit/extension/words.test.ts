import assert from 'node:assert/strict';
import { problemLine, problemWords, stateWords, withoutLinks } from '../../../src/extension/words.ts';
import { dashboardCommands } from '../../../src/shared/protocol.ts';
import type { SyncState } from '../../../src/shared/status.ts';
import { problems, states } from '../../fixtures/problems.ts';

describe('words', () => {
  for (const problem of Object.values(problems)) {
    it(`say what is wrong and what to do: ${problem.reason}`, () => {
      const { message, hint, action } = problemWords(problem);
      for (const sentence of [message, hint]) assert.match(sentence, /^[A-Z].{10,}[.;]$/);
      assert.doesNotMatch(message + hint, /\{\d\}|undefined|null|raw detail/);
      if (action) assert.ok(dashboardCommands.includes(action.command) && action.title);
    });
  }

  it('differ from reason to reason', () => {
    const messages = Object.values(problems).map((problem) => problemWords(problem).message);
    assert.equal(new Set(messages).size, messages.length);
  });

  it('name what is missing and the statement that mends it', () => {
    assert.match(problemLine(problems.notMigrated), /sync_pull.*supabase db push/);
    assert.match(
      problemLine(problems.notPublished),
      /alter publication supabase_realtime add table public\.models;/,
    );
  });

  it('send to the Doctor for what only it can name', () => {
    const sent = Object.values(problems).filter(
      (problem) => problemWords(problem).action?.command === 'runDoctor',
    );
    assert.deepEqual(
      sent.map(({ reason }) => reason),
      ['notPublished', 'noRealtime', 'droppingEvents'],
    );
  });

  it('exist for every state, with the time when offline', () => {
    for (const state of Object.keys(states) as SyncState[])
      assert.ok(stateWords({ state, cached: false }, null));
    assert.match(stateWords({ state: 'offline', cached: false }, '12:03'), /12:03/);
  });

  it('say that rows of the disk cache are saved ones, whatever the state', () => {
    for (const state of ['connecting', 'catchingUp', 'polling', 'offline', 'setup'] as const)
      assert.match(stateWords({ state, cached: true }, '12:03'), /saved data from 12:03/);
    assert.doesNotMatch(stateWords({ state: 'catchingUp', cached: false }, '12:03'), /12:03/);
  });
});

describe('a text by somebody else', () => {
  it('makes no link in a notification', () => {
    assert.equal(withoutLinks('a [b](command:c) (d) [e]'), 'a [b] (command:c) (d) [e]');
  });
});

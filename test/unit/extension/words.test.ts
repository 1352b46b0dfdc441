import assert from 'node:assert/strict';
import { problemLine, problemWords, stateWords, withoutLinks } from '../../../src/extension/words.ts';
import { dashboardCommands } from '../../../src/shared/protocol.ts';
import type { Problem, SyncState } from '../../../src/shared/status.ts';

const detail = 'raw detail of the server';
/** One of each reason; the compiler demands that none is left out. */
const problems: { readonly [R in Problem['reason']]: Extract<Problem, { readonly reason: R }> } = {
  unreachable: { reason: 'unreachable', detail },
  timeout: { reason: 'timeout', detail },
  proxy: { reason: 'proxy', status: 407, detail },
  badUrl: { reason: 'badUrl', detail },
  badKey: { reason: 'badKey', detail },
  secretKey: { reason: 'secretKey', detail },
  badCredentials: { reason: 'badCredentials', detail },
  signInRefused: { reason: 'signInRefused', why: 'wrongCode', detail },
  tooMany: { reason: 'tooMany', seconds: 42, detail },
  sessionExpired: { reason: 'sessionExpired', detail },
  notMigrated: { reason: 'notMigrated', missing: ['sync_pull'], detail },
  notGranted: { reason: 'notGranted', what: 'sync_pull', detail },
  notPublished: { reason: 'notPublished', tables: ['models'], detail },
  noRealtime: { reason: 'noRealtime', detail },
  droppingEvents: { reason: 'droppingEvents', detail },
  accountBusy: { reason: 'accountBusy', detail },
  unreadableRows: { reason: 'unreadableRows', table: 'models', count: 3, detail },
  notFound: { reason: 'notFound', detail },
  notAllowed: { reason: 'notAllowed', rule: 'projects_name_key', detail },
  server: { reason: 'server', status: 503, detail },
  dataFolderInUse: { reason: 'dataFolderInUse', detail },
  dataFolderDamaged: { reason: 'dataFolderDamaged', detail },
  dataFolderNewer: { reason: 'dataFolderNewer', detail },
  diskFull: { reason: 'diskFull', detail },
  backendNewer: { reason: 'backendNewer', detail },
  backendUnresponsive: { reason: 'backendUnresponsive', detail },
  dataFolderUnusable: { reason: 'dataFolderUnusable', detail },
  portInUse: { reason: 'portInUse', detail },
  backendFailed: { reason: 'backendFailed', detail },
  unexpected: { reason: 'unexpected', detail },
};
const states: { readonly [S in SyncState]: true } = {
  signedOut: true,
  connecting: true,
  catchingUp: true,
  live: true,
  polling: true,
  offline: true,
  setup: true,
};

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

import assert from 'node:assert/strict';
import { type AccountAccess, accountHandlers } from '../../../src/extension/dashboard/accountHandlers.ts';
import { Answers } from '../../../src/extension/dashboard/answers.ts';
import type { RequestHandlers } from '../../../src/extension/dashboard/handlers.ts';
import { Refusal } from '../../../src/extension/dashboard/refusal.ts';
import type {
  AnswerMessage,
  Parameters,
  RequestMessage,
  RequestName,
  RunHistory,
} from '../../../src/shared/requests.ts';
import { type Problem, RunglassError } from '../../../src/shared/status.ts';
import { LineLog, settle } from './support/doubles.ts';

const run = '0198f2a0-0000-7000-8000-00000000000a';
const before = { at: '2026-01-01T00:00:00+00:00', id: run };
const empty = new ArrayBuffer(0);
const history: RunHistory = { steps: empty, at: empty, metrics: [], lastStep: null, leftOut: 0 };

/** One of each; the compiler demands that none is left out. */
const parameters: { readonly [N in RequestName]: Parameters<N> } = {
  olderRuns: { before },
  olderModels: { before },
  runConfig: { run },
  runHistory: { run, afterStep: null, maxPoints: 10 },
  cancelRun: { run },
  createProject: { id: run, name: ' Vision ' },
  updateProject: { id: run, fields: { name: 'Vision 2' } },
  saveFile: { name: 'runs.csv', content: 'a,b' },
};
const answers: { readonly [N in RequestName]: unknown } = {
  olderRuns: { runs: [], next: null },
  olderModels: { models: [], next: null },
  runConfig: { config: { lr: 1 } },
  runHistory: history,
  cancelRun: null,
  createProject: null,
  updateProject: null,
  saveFile: { saved: true },
};
const ofAccount = (Object.keys(parameters) as RequestName[]).filter((name) => name !== 'saveFile');
const written = ['cancelRun', 'createProject', 'updateProject'];

function request(id: number, name: RequestName, other: object = parameters[name]): RequestMessage {
  return { type: 'request', id, name, parameters: other } as RequestMessage;
}

/** The database of one account, which answers when it is told to. */
class HeldAccess implements AccountAccess {
  readonly calls: string[] = [];
  outcome: 'asked' | 'askedBefore' | 'ended' = 'asked';
  failure: Error | null = null;
  open = () => {};
  readonly #opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
  readonly runs: AccountAccess['runs'] = {
    older: () => this.#call('older', { runs: [], next: null }),
    config: () => this.#call('config', { lr: 1 }),
    history: () => this.#call('history', history),
    cancel: () => this.#call('cancel', null).then(() => this.outcome),
  };
  readonly models: AccountAccess['models'] = {
    older: () => this.#call('older', { models: [], next: null }),
  };
  readonly projects: AccountAccess['projects'] = {
    create: (fields) => this.#call(`create ${JSON.stringify(fields)}`, undefined),
    update: (_id, fields) => this.#call(`update ${JSON.stringify(fields)}`, undefined),
  };

  async #call<T>(name: string, answer: T): Promise<T> {
    this.calls.push(name);
    await this.#opened;
    if (this.failure) throw this.failure;
    return answer;
  }
}

class Setup {
  readonly posted: AnswerMessage[] = [];
  readonly log = new LineLog();
  readonly database = new HeldAccess();
  access: AccountAccess | null = this.database;
  pulls = 0;
  readonly handlers: RequestHandlers = {
    ...accountHandlers({ access: () => this.access, written: () => this.pulls++ }),
    saveFile: async () => ({ saved: true }),
  };
  readonly answers = new Answers({
    handlers: this.handlers,
    post: (message) => this.posted.push(message),
    log: this.log,
  });

  /** Why there is no result, in words. */
  get problems() {
    return this.posted.map(({ problem }) => problem);
  }

  async answer(): Promise<void> {
    this.database.open();
    await settle();
  }
}

describe('Answers', () => {
  let setup: Setup;
  beforeEach(() => {
    setup = new Setup();
  });

  for (const name of Object.keys(parameters) as RequestName[])
    it(`come once for each request, with its number: ${name}`, async () => {
      setup.answers.take(request(7, name));
      await setup.answer();
      assert.deepEqual(setup.posted, [{ type: 'answer', id: 7, problem: null, result: answers[name] }]);
      assert.equal(setup.pulls, written.includes(name) ? 1 : 0, 'what was written is pulled');
    });

  it('do not wait for each other', async () => {
    setup.answers.take(request(1, 'olderRuns'));
    setup.answers.take(request(2, 'saveFile'));
    await settle();
    assert.deepEqual(
      setup.posted.map(({ id }) => id),
      [2],
    );
    await setup.answer();
    assert.deepEqual(
      setup.posted.map(({ id }) => id),
      [2, 1],
    );
  });

  const problems: readonly [Problem, RegExp][] = [
    [{ reason: 'unreachable', detail: 'ECONNREFUSED' }, /cannot be reached/],
    [{ reason: 'notMigrated', missing: ['runs_page'], detail: '' }, /runs_page is missing.*migrations/],
    [{ reason: 'notFound', detail: 'There is no run.' }, /not there any more, or it belongs to another/],
    [{ reason: 'notAllowed', rule: 'projects_color', detail: 'raw' }, /breaks the rule projects_color/],
  ];
  for (const [problem, words] of problems)
    it(`tell in words that it failed, and the log how (${problem.reason})`, async () => {
      setup.database.failure = new RunglassError(problem);
      for (const name of ofAccount) setup.answers.take(request(1, name));
      await setup.answer();
      assert.equal(setup.posted.length, ofAccount.length);
      for (const text of setup.problems) assert.match(text ?? '', words);
      const told = setup.log.lines.filter((line) => line.endsWith(`: ${problem.detail}`));
      assert.equal(told.length, ofAccount.length);
      assert.equal(setup.pulls, 0);
    });

  it('tell also of a failure that nobody foresaw', async () => {
    setup.database.failure = new TypeError('x is not a function');
    setup.answers.take(request(1, 'runConfig'));
    await setup.answer();
    assert.match(setup.problems[0] ?? '', /Something went wrong/);
    assert.match(setup.log.lines.join('\n'), /runConfig: x is not a function/);
  });

  it('say so when nobody is signed in, and ask nothing', async () => {
    setup.access = null;
    for (const name of ofAccount) setup.answers.take(request(1, name));
    await settle();
    assert.deepEqual(
      setup.problems,
      ofAccount.map(() => 'Sign in first.'),
    );
    assert.deepEqual(setup.database.calls, []);
  });

  for (const failure of [null, new RunglassError({ reason: 'timeout', detail: 'of the other' })])
    it(`tell nobody of the account that was signed in before, ${failure ? 'nor what failed' : 'no row'}`, async () => {
      setup.database.failure = failure;
      for (const name of ofAccount) setup.answers.take(request(1, name));
      setup.access = new HeldAccess();
      await setup.answer();
      assert.equal(setup.posted.length, ofAccount.length);
      for (const text of setup.problems) assert.match(text ?? '', /Another account/);
    });

  it('do not come to a page that is gone, whose numbers the next one uses again', async () => {
    setup.answers.take(request(1, 'olderRuns'));
    setup.answers.forget();
    setup.answers.take(request(1, 'runConfig'));
    await setup.answer();
    assert.deepEqual(setup.posted, [{ type: 'answer', id: 1, problem: null, result: answers.runConfig }]);
  });

  it('come also to a request of which no more than its number can be read', () => {
    setup.answers.refuse(3);
    assert.partialDeepStrictEqual(setup.posted, [{ type: 'answer', id: 3 }]);
    assert.match(setup.problems[0] ?? '', /could not read/);
  });

  it('say why a run cannot be asked to stop', async () => {
    setup.database.open();
    for (const outcome of ['ended', 'askedBefore'] as const) {
      setup.database.outcome = outcome;
      setup.answers.take(request(1, 'cancelRun'));
      await settle();
    }
    assert.match(setup.problems[0] ?? '', /has already ended/);
    assert.match(setup.problems[1] ?? '', /asked to stop before/);
    assert.equal(setup.pulls, 2, 'the page did not know');
  });

  it('say what is wrong with a project, before the database is asked', async () => {
    const wrong: readonly [object, RegExp][] = [
      [{ name: '  ' }, /Give the project a name/],
      [{ name: 'x'.repeat(201) }, /at most 200/],
      [{ name: 'x', color: 'red' }, /#rrggbb/],
      [{ name: 'x', color: '#3794ff;' }, /#rrggbb/],
      [{ name: 'x', status: 'gone' }, /active, paused, archived/],
    ];
    for (const [fields] of wrong) {
      setup.answers.take(request(1, 'createProject', fields));
      setup.answers.take(request(2, 'updateProject', { id: run, fields }));
    }
    setup.answers.take(request(3, 'updateProject', { id: run, fields: {} }));
    await settle();
    const words = [...wrong.flatMap(([, text]) => [text, text]), /Nothing was said/];
    assert.equal(setup.problems.length, words.length);
    for (const [i, text] of words.entries()) assert.match(setup.problems[i] ?? '', text);
    assert.deepEqual(setup.database.calls, []);
  });

  it('trim what names a project, count characters as people do, and leave what is not said alone', async () => {
    setup.database.open();
    setup.answers.take(request(1, 'createProject', { id: run, name: ' 🦊 '.padEnd(50), description: '  ' }));
    setup.answers.take(request(2, 'createProject', { id: run, name: '🦊'.repeat(200) }));
    setup.answers.take(request(3, 'updateProject', { id: run, fields: { color: null, status: 'paused' } }));
    await settle();
    assert.deepEqual(setup.problems, [null, null, null]);
    assert.deepEqual(setup.database.calls, [
      `create {"id":"${run}","name":"🦊","description":null}`,
      `create {"id":"${run}","name":"${'🦊'.repeat(200)}"}`,
      'update {"color":null,"status":"paused"}',
    ]);
  });

  it('pass on the words of whoever refuses', async () => {
    const handlers: RequestHandlers = {
      ...setup.handlers,
      saveFile: () => Promise.reject(new Refusal('The file could not be saved: full.')),
    };
    const { log } = setup;
    const all = new Answers({ handlers, post: (message) => setup.posted.push(message), log });
    all.take(request(1, 'saveFile'));
    await settle();
    assert.deepEqual(setup.problems, ['The file could not be saved: full.']);
  });
});

import assert from 'node:assert/strict';
import type { FirstRunConnection } from '../../../../src/extension/firstRun/target.ts';
import { TerminalEnvironment } from '../../../../src/extension/firstRun/terminalEnvironment.ts';
import { emitter } from '../support/doubles.ts';

type State = FirstRunConnection['state'];
const ready: State = { kind: 'ready', account: { email: 'demo@runglass.local' } };
const user = { email: 'demo@runglass.local', password: 'secret' };

class Setup {
  readonly changed = emitter();
  readonly configured = emitter();
  readonly config = { current: { terminalEnvironment: false }, onDidChange: this.configured.event };
  readonly connection = {
    state: { kind: 'none' } as State,
    endpoint: null as FirstRunConnection['endpoint'],
    localUser: null as FirstRunConnection['localUser'],
    onDidChange: this.changed.event,
    settled: async () => {},
  };
  readonly values = new Map<string, string>();
  writes = 0;
  readonly variables = {
    persistent: true,
    description: undefined,
    replace: (name: string, value: string) => {
      this.writes += 1;
      this.values.set(name, value);
    },
    clear: () => {
      this.writes += 1;
      this.values.clear();
    },
  };
  readonly environment = new TerminalEnvironment(this);

  want(terminalEnvironment: boolean): void {
    this.config.current = { terminalEnvironment };
    this.configured.fire();
  }

  run(port: number | null, state: State = ready): void {
    const url = `http://127.0.0.1:${port}`;
    this.connection.state = state;
    this.connection.endpoint = port === null ? null : { url, publishableKey: 'sb_publishable_x' };
    this.connection.localUser = port === null ? null : user;
    this.changed.fire();
  }

  get url(): string | undefined {
    return this.values.get('SUPABASE_URL');
  }
}

describe('variables of new terminals', () => {
  let setup: Setup;
  beforeEach(() => {
    setup = new Setup();
  });

  it('are none unless they are wanted', () => {
    setup.run(1);
    assert.equal(setup.values.size, 0);
    setup.want(true);
    assert.deepEqual(Object.fromEntries(setup.values), {
      SUPABASE_URL: 'http://127.0.0.1:1',
      SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_x',
      RUNGLASS_EMAIL: user.email,
      RUNGLASS_PASSWORD: user.password,
    });
    setup.want(false);
    assert.equal(setup.values.size, 0);
  });

  it('follow the backend as it comes, moves and goes, and the user who signs out', () => {
    setup.want(true);
    setup.run(1);
    setup.run(2);
    assert.equal(setup.url, 'http://127.0.0.1:2');
    setup.run(2, { kind: 'signedOut' });
    assert.equal(setup.url, undefined);
    setup.run(2);
    assert.equal(setup.url, 'http://127.0.0.1:2');
    setup.run(null, { kind: 'failed', problem: { reason: 'backendFailed', detail: '' } });
    assert.equal(setup.url, undefined);
  });

  it('tell nothing of any other backend', () => {
    setup.want(true);
    setup.connection.state = ready;
    setup.connection.endpoint = { url: 'https://abcd.supabase.co', publishableKey: 'sb_publishable_x' };
    setup.changed.fire();
    assert.equal(setup.values.size, 0);
  });

  it('are written when they change only, are forgotten by VS Code, and go with the window', () => {
    setup.want(true);
    setup.run(1);
    const { writes } = setup;
    setup.run(1);
    setup.want(true);
    assert.equal(setup.writes, writes);
    assert.equal(setup.variables.persistent, false);
    setup.environment.dispose();
    assert.equal(setup.values.size, 0);
    assert.equal(setup.changed.listenerCount + setup.configured.listenerCount, 0);
  });
});

import assert from 'node:assert/strict';
import { type EngineEvent, type EngineState, transitions } from '../../../src/extension/sync/states.ts';

const states = Object.keys(transitions) as EngineState[];
const ways = states.flatMap((from) =>
  (Object.entries(transitions[from]) as [EngineEvent, EngineState][]).map(([event, to]) => ({
    from,
    event,
    to,
  })),
);

describe('transitions of the engine', () => {
  it('lead to Live by the canary only, and only from CatchingUp', () => {
    const intoLive = ways.filter(({ from, to }) => to === 'Live' && from !== 'Live');
    assert.deepEqual(intoLive, [{ from: 'CatchingUp', event: 'canary', to: 'Live' }]);
  });

  it('lead from everywhere to SignedOut at sign-out', () => {
    for (const state of states) assert.equal(transitions[state].signOut, 'SignedOut');
  });

  it('lead out of SignedOut by signing in only', () => {
    const out = ways.filter(({ from, to }) => from === 'SignedOut' && to !== 'SignedOut');
    assert.deepEqual(out, [{ from: 'SignedOut', event: 'signIn', to: 'Authing' }]);
  });

  it('lose the stream in every state that has a channel', () => {
    for (const state of ['Connecting', 'Arming', 'CatchingUp', 'Live', 'Suspect'] as const)
      for (const event of ['closed', 'refused'] as const) assert.equal(transitions[state][event], 'Backoff');
  });

  it('never take a channel without asking for the token first', () => {
    const into = ways.filter(({ from, to }) => to === 'Connecting' && from !== 'Connecting');
    assert.deepEqual(into, [{ from: 'Authing', event: 'token', to: 'Connecting' }]);
  });

  it('leave no state without a way out', () => {
    for (const state of states)
      assert.ok(
        ways.some(({ from, to }) => from === state && to !== state),
        state,
      );
  });
});

import assert from 'node:assert/strict';
import { Emitter } from '../../../src/shared/emitter.ts';

function createEmitter() {
  const errors: unknown[] = [];
  return { errors, emitter: new Emitter<number>((error) => errors.push(error)) };
}

describe('Emitter', () => {
  it('tells every listener, in order', () => {
    const { emitter } = createEmitter();
    const heard: string[] = [];
    emitter.event((value) => heard.push(`a${value}`));
    emitter.event((value) => heard.push(`b${value}`));
    emitter.fire(1);
    assert.deepEqual(heard, ['a1', 'b1']);
  });

  it('goes on when a listener throws, and reports it', () => {
    const { emitter, errors } = createEmitter();
    const failure = new Error('broken');
    let heard = 0;
    emitter.event(() => {
      throw failure;
    });
    emitter.event((value) => {
      heard = value;
    });
    emitter.fire(7);
    assert.equal(heard, 7);
    assert.deepEqual(errors, [failure]);
  });

  it('ends each subscription alone, also of one function subscribed twice', () => {
    const { emitter } = createEmitter();
    let heard = 0;
    const listener = (): void => {
      heard += 1;
    };
    const first = emitter.event(listener);
    const second = emitter.event(listener);
    assert.equal(emitter.listenerCount, 2);
    first.dispose();
    first.dispose();
    emitter.fire(0);
    assert.equal(heard, 1);
    second.dispose();
    assert.equal(emitter.listenerCount, 0);
  });

  it('lets listeners come and go while it fires', () => {
    const { emitter } = createEmitter();
    const heard: string[] = [];
    const first = emitter.event(() => {
      heard.push('first');
      first.dispose();
      emitter.event(() => heard.push('late'));
    });
    emitter.fire(0);
    assert.deepEqual(heard, ['first']);
    emitter.fire(0);
    assert.deepEqual(heard, ['first', 'late']);
  });

  it('forgets everybody when disposed', () => {
    const { emitter } = createEmitter();
    emitter.event(() => assert.fail('heard after dispose'));
    emitter.dispose();
    emitter.fire(0);
    assert.equal(emitter.listenerCount, 0);
  });
});

import assert from 'node:assert/strict';
import { DisposableStore, toDisposable } from '../../../src/shared/disposable.ts';
import { Emitter } from '../../../src/shared/emitter.ts';

describe('Emitter', () => {
  it('tells all listeners, also after one that throws', () => {
    const errors: unknown[] = [];
    const heard: string[] = [];
    const emitter = new Emitter<string>((error) => errors.push(error));
    emitter.event(() => {
      throw new Error('mine');
    });
    emitter.event((value) => heard.push(value));
    emitter.fire('a');
    assert.deepEqual(heard, ['a']);
    assert.equal(errors.length, 1);
  });

  it('hears one function subscribed twice twice, and ends each subscription alone', () => {
    let heard = 0;
    const emitter = new Emitter<void>((error) => assert.fail(String(error)));
    const listener = () => {
      heard += 1;
    };
    const first = emitter.event(listener);
    emitter.event(listener);
    emitter.fire();
    assert.equal(heard, 2);
    first.dispose();
    first.dispose();
    emitter.fire();
    assert.equal(heard, 3);
    emitter.dispose();
    assert.equal(emitter.listenerCount, 0);
  });
});

describe('DisposableStore', () => {
  it('lets go last in first out, once, and of late arrivals at once', () => {
    const order: string[] = [];
    const item = (name: string) => toDisposable(() => order.push(name));
    const store = new DisposableStore();
    store.add(item('first'));
    store.add(item('second'));
    store.dispose();
    store.dispose();
    store.add(item('late'));
    assert.deepEqual(order, ['second', 'first', 'late']);
  });
});

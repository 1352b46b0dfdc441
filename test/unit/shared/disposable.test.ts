import assert from 'node:assert/strict';
import { DisposableStore, toDisposable } from '../../../src/shared/disposable.ts';

describe('DisposableStore', () => {
  it('disposes what it holds, last in first out, once', () => {
    const store = new DisposableStore();
    const order: string[] = [];
    for (const name of ['a', 'b', 'c']) store.add(toDisposable(() => order.push(name)));
    assert.equal(store.isDisposed, false);
    store.dispose();
    store.dispose();
    assert.deepEqual(order, ['c', 'b', 'a']);
    assert.equal(store.isDisposed, true);
  });

  it('disposes late arrivals at once and returns them', () => {
    const store = new DisposableStore();
    store.dispose();
    let disposed = 0;
    const late = toDisposable(() => {
      disposed += 1;
    });
    assert.equal(store.add(late), late);
    assert.equal(disposed, 1);
  });

  it('counts as disposed while it disposes', () => {
    const store = new DisposableStore();
    let late = 0;
    store.add(
      toDisposable(() => {
        store.add(
          toDisposable(() => {
            late += 1;
          }),
        );
      }),
    );
    store.dispose();
    assert.equal(late, 1);
  });
});

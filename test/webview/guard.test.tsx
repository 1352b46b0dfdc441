import assert from 'node:assert/strict';
import { render } from 'preact';
import { ErrorBoundary } from '../../src/webview/components/ErrorBoundary.tsx';
import { lazy } from '../../src/webview/components/lazy.ts';
import { fullTables, snapshotMessage } from '../fixtures/dashboard.ts';
import { closePages, openPage, settle } from './support/page.tsx';

describe('a part of the page that fails', () => {
  afterEach(closePages);

  it('is told in its place when its code cannot be loaded, and is loaded again when asked', async () => {
    let loads = 0;
    const Part = lazy(async () => {
      loads += 1;
      if (loads === 1) throw new Error('no such file');
      return () => <p>loaded</p>;
    });
    const errors: unknown[] = [];
    const root = document.body.appendChild(document.createElement('div'));
    render(
      <ErrorBoundary what="The part" onError={(error) => errors.push(error)}>
        <Part />
      </ErrorBoundary>,
      root,
    );
    await settle();
    assert.match(root.textContent ?? '', /^“The part” could not be drawn: no such file\..*Draw again$/);
    assert.equal(errors.length, 1);
    root.querySelector('button')?.click();
    await settle();
    await settle();
    assert.equal(root.textContent, 'loaded');
    render(null, root);
    root.remove();
  });

  it('is drawn at once when its code was loaded ahead, also when that failed at first', async () => {
    let loads = 0;
    const Part = lazy(async () => {
      loads += 1;
      if (loads === 1) throw new Error('no such file');
      return () => <p>loaded</p>;
    });
    for (let n = 0; n < 3; n++) {
      Part.prepare();
      await settle();
    }
    assert.equal(loads, 2);
    const root = document.createElement('div');
    render(<Part />, root);
    assert.equal(root.textContent, 'loaded');
    render(null, root);
  });

  it('takes no other with it when its heading cannot be drawn', async () => {
    const page = await openPage(
      snapshotMessage({ ...fullTables, training_runs: [{ id: 'bare' } as never] }),
      {
        state: { runSort: { column: 'name', descending: false } },
      },
    );
    assert.match(page.text('[data-empty=error]'), /^“Training Runs” could not be drawn: .*Draw again$/);
    assert.equal(page.all('[data-empty=error]').length, 1);
    assert.equal(page.all('[data-section]').length, 5);
  });

  it('leaves the page as it is when it is a sheet', async () => {
    const page = await openPage(snapshotMessage({ ...fullTables, training_runs: [{ id: 'bare' } as never] }));
    page.dashboard.actions.showSheet({ kind: 'run', id: 'bare' });
    const told = '.sheet-place [data-empty=error]';
    for (let turn = 0; turn < 50 && page.all(told).length === 0; turn++) await settle();
    assert.match(page.text(told), /^This part could not be drawn: .*Draw again$/);
    assert.equal(page.all('[data-section]').length, 6);
  });
});

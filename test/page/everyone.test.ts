import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { checkMotion, checkSpeech } from '../../scripts/gallery/calm.ts';
import { checkKeyboard, checkOpenings } from '../../scripts/gallery/keyboard.ts';
import { findLayoutFaults } from '../../scripts/gallery/layout.ts';
import { checkEyes } from '../../scripts/gallery/pictures.ts';
import { type PageServer, servePages } from '../../scripts/gallery/server.ts';
import { Problems, Stage } from '../../scripts/gallery/stage.ts';
import { type GalleryState, galleryStates } from '../../scripts/gallery/states.ts';
import { themeNames } from '../../scripts/gallery/themes.ts';
import { openBrowser } from '../../scripts/vscodeHost/browser.ts';

const states = galleryStates();

function stateNamed(name: string): GalleryState {
  const state = states.find((each) => each.name === name);
  assert.ok(state, name);
  return state;
}

/** WCAG 1.4.12. The page's policy allows no style element, but what scripts do. */
function spaceTexts(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }',
  );
  document.adoptedStyleSheets = [sheet];
}

/** The page in a real Chromium; `npm run gallery` looks at all of its states. */
describe('the page for everyone', () => {
  let browser: Browser;
  let server: PageServer;
  let problems: Problems;
  /** It takes its 10 s beside the other tests. */
  let listening: Promise<unknown>;
  const heard = new Problems();

  before(async () => {
    server = await servePages(Object.fromEntries(states.map((state) => [state.name, state])));
    browser = await openBrowser(['--force-color-profile=srgb']);
    listening = checkSpeech(browser, server, heard, stateNamed('full'));
    listening.catch(() => {});
  });
  after(async () => {
    await browser?.close();
    server?.stop();
  });
  beforeEach(() => {
    problems = new Problems();
  });
  const assertNone = (): void => assert.deepEqual(problems.lines, []);

  for (const theme of themeNames)
    it(`has nothing that axe-core finds, and enough contrast, in ${theme}`, async () => {
      const stage = await Stage.open(browser, server, problems, { theme, width: 1280 });
      for (const name of ['full', 'setup', 'detailFailed']) {
        const state = stateNamed(name);
        await stage.show(state);
        await checkEyes(stage, state.subjects);
      }
      await stage.close();
      assertNone();
    });

  for (const look of [
    { theme: 'dark', width: 320 },
    { theme: 'light', width: 640, height: 400, scale: 2 },
  ] as const)
    it(`flows into ${look.width} px without a cut`, async () => {
      const stage = await Stage.open(browser, server, problems, look);
      for (const name of ['full', 'hostile', 'sheet', 'detail', 'compare']) {
        await stage.show(stateNamed(name));
        for (const fault of await stage.page.evaluate(findLayoutFaults)) stage.report(fault);
      }
      await stage.close();
      assertNone();
    });

  it('has room for texts that are spaced as somebody needs them', async () => {
    const stage = await Stage.open(browser, server, problems, { theme: 'light', width: 1280 });
    for (const name of ['full', 'sheet', 'detail', 'compare']) {
      await stage.show(stateNamed(name));
      await stage.page.evaluate(spaceTexts);
      await stage.settle();
      for (const fault of await stage.page.evaluate(findLayoutFaults)) stage.report(fault);
    }
    await stage.close();
    assertNone();
  });

  it('leads the Tab key to all that can be clicked, with a name and a ring', async () => {
    await checkKeyboard(browser, server, problems, states, ['full', 'compare']);
    assertNone();
  });

  it('opens by keys, closes by Escape and gives the focus back', async () => {
    await checkOpenings(browser, server, problems, stateNamed('full'), ['dark', 'hc-light']);
    assertNone();
  });

  it('does not move for those who want less motion', async () => {
    await checkMotion(browser, server, problems, states);
    assertNone();
  });

  it('says nothing of changes that are no news', async () => {
    await listening;
    assert.deepEqual(heard.lines, []);
  });
});

import assert from 'node:assert/strict';
import { type GalleryState, galleryStates } from '../../scripts/gallery/states.ts';
import { setTranslations } from '../../src/shared/l10n.ts';
import { dataWords, pseudoLocale, pseudoTranslations, readTexts, untranslated } from '../support/pseudo.ts';
import { clickNext, openersOf } from './support/crawl.ts';
import { answerRequests } from './support/detail.ts';
import { closePages, openPage, settle, type TestPage } from './support/page.tsx';

/** States in which everything that opens is opened. */
const crawled = ['full', 'timeline', 'sheet', 'detail', 'compare'];

describe('the page in another language', () => {
  before(() => setTranslations(pseudoTranslations, pseudoLocale));
  after(() => setTranslations(undefined, 'en'));
  afterEach(closePages);

  const states = galleryStates();

  it('has no word that was not translated, in any state', async function () {
    this.timeout(120_000);
    const faults = new Faults();
    for (const state of states) {
      const known = dataWords(state);
      await openState(state);
      faults.add(state.name, untranslated(readTexts(), known));
      closePages();
    }
    faults.assertNone();
  });

  it('has none in what opens either', async function () {
    this.timeout(120_000);
    const faults = new Faults();
    const clicked = new Set<string>();
    for (const state of states.filter(({ name }) => crawled.includes(name))) {
      const known = dataWords(state);
      for (let place = 0, count = 1; place < count; place++) {
        const page = await openState(state);
        const openers = openersOf(page);
        count = openers.length;
        place = await clickNext(openers, place, clicked);
        await answerRequests(page, state.answers ?? {});
        faults.add(state.name, untranslated(readTexts(), known));
        closePages();
      }
    }
    faults.assertNone();
  });
});

async function openState(state: GalleryState): Promise<TestPage> {
  const page = await openPage(state.snapshot, { state: state.savedState, locale: pseudoLocale });
  if (state.ownEvents) await page.send(state.ownEvents);
  if (state.details) await page.send(state.details);
  await answerRequests(page, state.answers ?? {});
  await settle();
  return page;
}

/** What is wrong, each once, with the first state in which it was seen. */
class Faults {
  readonly #states = new Map<string, string>();

  add(state: string, faults: readonly string[]): void {
    for (const fault of faults) if (!this.#states.has(fault)) this.#states.set(fault, state);
  }

  assertNone(): void {
    const lines = [...this.#states].map(([fault, state]) => `${fault} in ${state}`);
    assert.ok(
      lines.length === 0,
      `${lines.length} texts are not translated:\n${lines.slice(0, 60).join('\n')}`,
    );
  }
}

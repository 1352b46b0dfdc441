import type { Browser } from 'playwright-core';
import { injectAxe } from './axe.ts';
import { checkEyes } from './pictures.ts';
import type { PageServer } from './server.ts';
import { type Problems, Stage } from './stage.ts';
import type { GalleryState } from './states.ts';

declare global {
  interface Window {
    /** What somebody listens on for clicks, and what the Tab key has led to. */
    readonly clickable: Set<Element>;
    readonly reached: Set<Element>;
  }
}

/** More stops than any page has: what goes on longer is a trap. */
const mostStops = 400;

/** The Tab key must lead to everything that can be clicked, in order, with a name and a ring that is seen. */
export async function checkKeyboard(
  browser: Browser,
  server: PageServer,
  problems: Problems,
  states: readonly GalleryState[],
  names: readonly string[] = walks.map(({ name }) => name),
): Promise<void> {
  for (const { name, theme, width } of walks) {
    if (!names.includes(name)) continue;
    const state = states.find((each) => each.name === name);
    if (!state) continue;
    const stage = await Stage.open(browser, server, problems, { theme, width });
    try {
      await stage.page.addInitScript(noteClickable);
      await stage.show(state);
      await walk(stage);
    } finally {
      await stage.close();
    }
  }
}

const walks = [
  { name: 'full', theme: 'dark', width: 1280 },
  { name: 'catalogOpen', theme: 'hc-light', width: 400 },
  { name: 'timelineOpened', theme: 'light', width: 1280 },
  { name: 'trouble', theme: 'hc-dark', width: 1280 },
  { name: 'sheetFindings', theme: 'light', width: 1280 },
  { name: 'detailFailed', theme: 'hc-dark', width: 400 },
  { name: 'compare', theme: 'dark', width: 1280 },
] as const;

async function walk(stage: Stage): Promise<void> {
  const { page } = stage;
  await injectAxe(page);
  await page.evaluate(startWalk);
  for (let n = 0; n < mostStops; n += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(lookAtStop);
    for (const fault of stop.faults) stage.report(fault);
    if (stop.ended) {
      for (const fault of await page.evaluate(findNameless)) stage.report(fault);
      for (const fault of await page.evaluate(findUnreached)) stage.report(fault);
      return;
    }
  }
  stage.report(`the Tab key finds no end in ${mostStops} stops`);
}

function noteClickable(): void {
  const clickable = new Set<Element>();
  Object.assign(window, { clickable, reached: new Set<Element>() });
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (this: EventTarget, type: string, ...rest) {
    if (type === 'click' && this instanceof Element) clickable.add(this);
    return (add as (...args: unknown[]) => void).call(this, type, ...rest);
  };
}

/** The focus is where the page has just been loaded: before everything. */
function startWalk(): void {
  const start = document.querySelector('dialog[open]') ?? document.body;
  start.setAttribute('tabindex', '-1');
  (start as HTMLElement).focus();
  start.removeAttribute('tabindex');
  if (start === document.body) (document.activeElement as HTMLElement | null)?.blur();
}

function lookAtStop(): { readonly ended: boolean; readonly faults: string[] } {
  const faults: string[] = [];
  const at = document.activeElement;
  if (!(at instanceof HTMLElement) || at === document.body || window.reached.has(at))
    return { ended: true, faults };
  window.reached.add(at);
  const label = `${at.tagName.toLowerCase()}.${at.className.trim().replaceAll(/\s+/g, '.')} "${(at.textContent ?? '').trim().slice(0, 30)}"`;
  if (at.tabIndex > 0) faults.push(`${label} goes before its turn`);
  // What is covered by the words that stand for it has its place.
  const { left, right, top, bottom } = at.getBoundingClientRect();
  const own = at.closest('label, .virtual') ?? at;
  const isSeen = [0.5, 0.02, 0.98].some((share) => {
    const above = document.elementFromPoint(
      left + share * (right - left),
      top + Math.min(40, (bottom - top) / 2),
    );
    return above !== null && (own.contains(above) || above.contains(own));
  });
  if (!isSeen) faults.push(`${label} has the focus and cannot be seen`);
  const ring = at.closest('.segmented, .swatches label') ?? at;
  const rings = [ring, at, ...at.querySelectorAll('.active')].map((element) => getComputedStyle(element));
  if (!rings.some(({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && outlineWidth !== '0px'))
    faults.push(`${label} has the focus and no ring`);
  return { ended: false, faults };
}

function findNameless(): string[] {
  // What the types of axe-core leave out.
  const axe = window.axe as typeof window.axe & {
    readonly commons: { readonly text: { accessibleText(node: Element): string } };
  };
  axe.setup(document.documentElement);
  const nameless = [...window.reached].filter(
    (element) => axe.commons.text.accessibleText(element).trim() === '',
  );
  axe.teardown();
  return nameless.map(
    (element) =>
      `the Tab key leads to ${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}, which has no name`,
  );
}

/** What can be clicked and was not reached. Of radio buttons and the rows of a grid, arrow keys lead to all. */
function findUnreached(): string[] {
  const top = document.querySelector('dialog[open]') ?? document.body;
  const usual = top.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]');
  const all = new Set([...usual, ...window.clickable]);
  return [...all]
    .filter((element) => {
      if (!top.contains(element) || element === top) return false;
      if (!element.checkVisibility({ visibilityProperty: true })) return false;
      // The chart around it has the keys.
      if (window.reached.has(element) || element.matches('.u-wrap')) return false;
      if ((element as HTMLInputElement).disabled) return false;
      const list = element.closest('[data-list]');
      if (list && window.reached.has(list)) return false;
      if (!(element instanceof HTMLInputElement) || element.type !== 'radio') return true;
      const group = element.closest('fieldset');
      return ![...(group?.querySelectorAll('input') ?? [])].some((other) => window.reached.has(other));
    })
    .map(
      (element) =>
        `the Tab key leads past ${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} "${(element.textContent ?? '').trim().slice(0, 30)}"`,
    );
}

interface Opening {
  readonly what: string;
  /** Has the focus when `keys` are pressed, and again after Escape. */
  readonly opener: string;
  readonly keys: readonly string[];
  readonly opened: string;
  /** Has the focus after Escape, if it is not the opener. */
  readonly after?: string;
}

const openings: readonly Opening[] = [
  { what: 'the sync details', opener: '[data-connection]', keys: ['Enter'], opened: 'dialog[open]' },
  { what: 'a run', opener: '[data-list=runs]', keys: ['ArrowDown', 'Enter'], opened: 'dialog[open]' },
  { what: 'the menu of the runs', opener: '[data-menu=runs]', keys: ['Enter'], opened: '.menu-panel' },
  { what: 'the new project', opener: '[data-new-project]', keys: ['Enter'], opened: '.project-form' },
];

/** What opens by a key closes by Escape, and the focus goes back; axe-core looks at it while it is open. */
export async function checkOpenings(
  browser: Browser,
  server: PageServer,
  problems: Problems,
  full: GalleryState,
  themes: readonly string[] = openingLooks.map(({ theme }) => theme),
): Promise<void> {
  for (const { theme, width } of openingLooks) {
    if (!themes.includes(theme)) continue;
    const stage = await Stage.open(browser, server, problems, { theme, width });
    try {
      await stage.show(full);
      for (const opening of openings) await checkOpening(stage, opening);
    } finally {
      await stage.close();
    }
  }
}

const openingLooks = [
  { theme: 'dark', width: 1280 },
  { theme: 'light', width: 400 },
  { theme: 'hc-dark', width: 400 },
  { theme: 'hc-light', width: 1280 },
] as const;

async function checkOpening(stage: Stage, { what, opener, keys, opened, after }: Opening): Promise<void> {
  const { page } = stage;
  await page.locator(opener).first().focus();
  for (const key of keys) await page.keyboard.press(key);
  if (!(await stage.isSeen(opened))) return stage.report(`the keyboard does not open ${what}`);
  await checkEyes(stage, ['page']);
  await page.keyboard.press('Tab');
  if (!(await page.evaluate((inside) => document.activeElement?.closest(inside) !== null, opened)))
    stage.report(`the Tab key does not lead into ${what}`);
  await page.keyboard.press('Escape');
  if (await stage.isSeen(opened, false)) stage.report(`Escape does not close ${what}`);
  if (!(await page.evaluate((selector) => document.activeElement?.matches(selector), after ?? opener)))
    stage.report(`Escape out of ${what} leaves the focus elsewhere`);
}

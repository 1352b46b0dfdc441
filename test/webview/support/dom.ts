import { Window } from 'happy-dom';
import { options } from 'preact';

/** Gives the process a DOM. Import it before anything that renders. */

const window = new Window({ url: 'http://localhost/', width: 1280, height: 800 });

const names = [
  'document',
  'Element',
  'HTMLElement',
  'SVGElement',
  'Node',
  'Text',
  'Event',
  'MouseEvent',
  'KeyboardEvent',
  'MutationObserver',
  'ResizeObserver',
  'getComputedStyle',
  'matchMedia',
  'requestAnimationFrame',
  'cancelAnimationFrame',
] as const;
for (const name of names) {
  const value: unknown = Reflect.get(window, name);
  const bound = typeof value === 'function' && !/^[A-Z]/.test(name) ? value.bind(window) : value;
  Object.defineProperty(globalThis, name, { value: bound, configurable: true, writable: true });
}
Object.defineProperty(globalThis, 'window', { value: window, configurable: true });
for (const name of ['addEventListener', 'removeEventListener'] as const) {
  Object.defineProperty(globalThis, name, { value: window[name].bind(window), configurable: true });
}

// Effects run after the next turn instead of after a paint that never comes.
options.requestAnimationFrame = (callback) => setTimeout(callback, 0);

/** What the page does of itself no sooner than this, ms: a step of a test takes as long on a busy machine. */
const late = 2_000;
const { setTimeout: start } = globalThis;
// A word that a button says for a moment stays, and what was refused is not asked for again, unless a test sees to it.
globalThis.setTimeout = ((callback: () => void, ms = 0) =>
  ms < late ? start(callback, ms) : start(() => {}, ms).unref()) as typeof setTimeout;

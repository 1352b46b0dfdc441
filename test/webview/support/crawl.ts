import { settle, type TestPage } from './page.tsx';

/** What may open something: of the sheet, where one is open. */
export function openersOf(page: TestPage): readonly HTMLElement[] {
  const top = page.all('dialog').length > 0 ? 'dialog ' : '';
  return page.all(`${top}:is(button, summary, [role=row][tabindex], [role=button]):not([disabled])`);
}

/** Clicks the first from `place` on whose like was not `clicked` before; its place, or that behind the last. */
export async function clickNext(
  openers: readonly HTMLElement[],
  place: number,
  clicked: Set<string>,
): Promise<number> {
  const next = openers.findIndex((element, i) => i >= place && !clicked.has(likeOf(element)));
  const element = openers[next];
  if (!element) return openers.length;
  clicked.add(likeOf(element));
  element.click();
  await settle();
  return next;
}

/** The same for the openers of one kind in all rows of a list. */
function likeOf(element: HTMLElement): string {
  const section = element.closest('[data-section]')?.getAttribute('data-section');
  const words = element.closest('[role=row], li, tr') ? '' : element.textContent;
  return `${section} ${element.tagName} ${element.className} ${words}`;
}

/**
 * Faults of the layout that can be told without eyes, a sentence each; runs in the page and knows nothing else.
 * Text counts as clipped where it is cut without an ellipsis, and as overlapping where two texts of the same layer
 * cover each other by more than 2 px.
 */
export function findLayoutFaults(): string[] {
  const faults: string[] = [];
  const dialog = document.querySelector('dialog[open]');
  const top: Element = dialog ?? document.documentElement;
  const label = (element: Element): string => {
    const text = (element.textContent ?? '').trim().replaceAll(/\s+/g, ' ').slice(0, 30);
    const name = element.getAttribute('class')?.trim().replaceAll(/\s+/g, '.') ?? '';
    const section = element.closest('[data-section]')?.getAttribute('data-section');
    return `${section ? `${section}: ` : ''}${element.tagName.toLowerCase()}${name ? `.${name}` : ''} "${text}"`;
  };

  const tooWide = top.scrollWidth - top.clientWidth;
  if (tooWide > 0) {
    const reach = (element: Element): number => element.getBoundingClientRect().right;
    const widest = [...top.querySelectorAll('*')].sort((a, b) => reach(b) - reach(a))[0];
    faults.push(`scrolls sideways by ${tooWide} px, because of ${widest ? label(widest) : 'nothing'}`);
  }

  const sections = Array.from(document.querySelectorAll('.columns [data-section]'), (element) => ({
    name: element.getAttribute('data-section'),
    box: element.getBoundingClientRect(),
  }));
  const plan = sections.find(({ name }) => name === 'plan')?.box.bottom ?? 0;
  for (const { name, box } of sections) {
    const below = sections.filter((other) => other.box.left === box.left && other.box.top > box.top);
    const next = Math.min(...below.map((other) => other.box.top));
    // Beside a higher plan the usage has room below it.
    const gap = next - (name === 'usage' ? Math.max(box.bottom, plan) : box.bottom);
    if (Number.isFinite(gap) && gap > 1) faults.push(`${name}: ${Math.round(gap)} px are empty below it`);
  }

  interface Piece {
    readonly element: Element;
    readonly layer: Element | null;
    readonly box: { left: number; top: number; right: number; bottom: number };
  }
  const layerOf = (element: Element): Element | null => {
    for (let at: Element | null = element; at && at !== top; at = at.parentElement) {
      if (['sticky', 'fixed', 'absolute'].includes(getComputedStyle(at).position)) return at;
    }
    return null;
  };
  /** What of a box is not cut off by what is around its element. */
  const cut = (element: Element, rect: DOMRect): Piece['box'] => {
    const box = { left: rect.left, top: rect.top, right: rect.right, bottom: rect.bottom };
    for (let at: Element | null = element; at && at !== top; at = at.parentElement) {
      const { overflowX, overflowY, position } = getComputedStyle(at);
      const edge = at.getBoundingClientRect();
      if (overflowX !== 'visible') {
        box.left = Math.max(box.left, edge.left);
        box.right = Math.min(box.right, edge.right);
      }
      if (overflowY !== 'visible') {
        box.top = Math.max(box.top, edge.top);
        box.bottom = Math.min(box.bottom, edge.bottom);
      }
      if (position === 'fixed') break;
    }
    return box;
  };

  /** Px of a line of text that something around its element cuts off, while the rest of the line is seen. */
  const halved = (element: Element, { top: from, bottom: to }: DOMRect): number => {
    for (let at = element.parentElement; at && at !== top; at = at.parentElement) {
      if (getComputedStyle(at).overflowY !== 'hidden') continue;
      const edge = at.getBoundingClientRect();
      const off = Math.max(to - edge.bottom, edge.top - from);
      if (off > 2 && to - from - off > 2) return Math.round(off);
    }
    return 0;
  };

  const pieces: Piece[] = [];
  const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const seen = new Set<Element>();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!element || !node.textContent?.trim() || element.closest('.visually-hidden, script, style, option'))
      continue;
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const style = getComputedStyle(element);
    if (!seen.has(element) && style.display !== 'inline') {
      seen.add(element);
      const cutsX =
        style.overflowX !== 'visible' && style.overflowX !== 'auto' && style.overflowX !== 'scroll';
      const wide = element.scrollWidth - element.clientWidth;
      if (cutsX && wide > 1 && style.textOverflow !== 'ellipsis')
        faults.push(`cuts text by ${wide} px without an ellipsis: ${label(element)}`);
      const high = element.scrollHeight - element.clientHeight;
      if (style.overflowY === 'hidden' && high > 4 && style.webkitLineClamp === 'none')
        faults.push(`cuts text by ${high} px at its lower end: ${label(element)}`);
    }
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      const box = cut(element, rect);
      const off = halved(element, rect);
      if (off > 0) faults.push(`cuts a line of text by ${off} px: ${label(element)}`);
      if (box.right - box.left < 1 || box.bottom - box.top < 1) continue;
      const home = element.closest('[data-section], dialog')?.getBoundingClientRect();
      if (home && (box.right > home.right + 1 || box.left < home.left - 1))
        faults.push(`text stands out of its section: ${label(element)}`);
      pieces.push({ element, layer: layerOf(element), box });
    }
  }

  pieces.sort((a, b) => a.box.top - b.box.top);
  pieces.forEach((a, i) => {
    for (let k = i + 1; k < pieces.length; k++) {
      const b = pieces[k];
      if (!b || b.box.top > a.box.bottom - 2) break;
      if (a.layer !== b.layer || a.element === b.element) continue;
      const across = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const down = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      // Lines of one text touch by design: letters do not fill their boxes.
      if (across > 2 && down > 5) faults.push(`texts overlap: ${label(a.element)} and ${label(b.element)}`);
    }
  });
  return [...new Set(faults)];
}

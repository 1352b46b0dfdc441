/**
 * Parts that are no text and stand out too little, a sentence each, and the smallest contrast of each kind; runs in the
 * page and knows nothing else. Colors are those that the browser computes, laid over each other as it does.
 */
export function measureContrast(highContrast: boolean): {
  readonly faults: string[];
  readonly smallest: Record<string, number>;
} {
  const faults: string[] = [];
  const smallest: Record<string, number> = {};
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  type Rgb = readonly [number, number, number];
  /** Of colors that lie on each other, the lowest first. */
  const mix = (colors: readonly string[]): Rgb => {
    if (!context) throw new Error('no canvas');
    context.clearRect(0, 0, 1, 1);
    for (const color of colors) {
      context.fillStyle = color;
      context.fillRect(0, 0, 1, 1);
    }
    const [r = 0, g = 0, b = 0] = context.getImageData(0, 0, 1, 1).data;
    return [r, g, b];
  };
  const luminance = (color: Rgb): number => {
    const [r, g, b] = color.map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
  };
  const ratio = (a: Rgb, b: Rgb): number => {
    const [x, y] = [luminance(a), luminance(b)];
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  };
  /** What lies behind an element, from the page up to its parent. */
  const behind = (element: Element): string[] => {
    const colors: string[] = [];
    for (let at = element.parentElement; at; at = at.parentElement)
      colors.unshift(getComputedStyle(at).backgroundColor);
    return colors;
  };
  const name = (element: Element): string =>
    `${element.tagName.toLowerCase()}.${element.getAttribute('class')?.trim().replaceAll(/\s+/g, '.') ?? ''}`;
  const check = (
    kind: string,
    element: Element,
    color: string,
    ground: readonly string[],
    least = 3,
  ): void => {
    const found = ratio(mix([...ground, color]), mix(ground));
    smallest[kind] = Math.min(smallest[kind] ?? 21, found);
    if (found < least) faults.push(`${kind} of ${name(element)} has a contrast of ${found.toFixed(2)}:1`);
  };
  const top: Element = document.querySelector('dialog[open]') ?? document.body;
  const seen = (selector: string): Element[] =>
    [...top.querySelectorAll(selector)].filter((element) =>
      element.checkVisibility({ visibilityProperty: true, opacityProperty: true }),
    );

  for (const element of seen('.input, .select, .segmented, .button.secondary')) {
    // In high contrast what encloses a control may have the line.
    const { borderTopColor } = getComputedStyle(element);
    if (element.matches('.project-chooser.on *')) continue;
    check('edge', element, borderTopColor, behind(element));
  }
  for (const element of seen('.button.primary')) {
    const { backgroundColor, borderTopColor } = getComputedStyle(element);
    check('edge', element, highContrast ? borderTopColor : backgroundColor, behind(element));
  }
  for (const element of seen('.segmented input:checked + span')) {
    const { outlineColor, outlineStyle } = getComputedStyle(element);
    if (outlineStyle === 'none') faults.push(`what is chosen in ${name(element)} has no edge`);
    check('choice', element, outlineColor, behind(element));
  }
  for (const element of seen(':is(.gauge, .multiple, .tool)[aria-pressed="true"]'))
    check('choice', element, getComputedStyle(element).borderTopColor, behind(element));
  if (highContrast)
    for (const element of seen('button:not(.row-main, .moment-toggle, .moment-link, .button.link)')) {
      const { borderTopStyle, borderTopColor } = getComputedStyle(element);
      if (borderTopStyle === 'none') faults.push(`${name(element)} has no border in high contrast`);
      else check('edge', element, borderTopColor, behind(element));
    }
  for (const element of seen('.bar-fill')) {
    const track = element.parentElement?.querySelector('.bar-track');
    const ground = [...behind(element), track ? getComputedStyle(track).fill : 'transparent'];
    check('gauge', element, getComputedStyle(element).fill, ground);
  }
  for (const element of seen('.multiple-bars'))
    check('bars', element, getComputedStyle(element).fill, behind(element));
  for (const element of seen('.swatch:not([color])'))
    check('series', element, getComputedStyle(element).color, behind(element));
  for (const element of seen('.legend-line'))
    check('line', element, getComputedStyle(element).stroke, behind(element));
  for (const element of seen('.icon, .connection-dot')) {
    const { color, fill } = getComputedStyle(element);
    if (element.closest('[aria-disabled="true"]')) continue;
    check('icon', element, element.matches('.icon') ? color : fill, behind(element));
  }
  const tokens = getComputedStyle(document.body);
  for (let n = 1; n <= 8; n += 1) {
    const color = tokens.getPropertyValue(`--series-${n}`);
    check('series', document.body, color, [tokens.backgroundColor]);
  }
  return { faults: [...new Set(faults)], smallest };
}

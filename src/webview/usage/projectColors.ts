/** Red, green and blue, 0 to 1. */
type Rgb = readonly [number, number, number];

/** WCAG asks for 3:1 of what is drawn. */
const leastContrast = 3;
/** Distance in OKLab from which on two colours beside each other are told apart at a glance. */
const leastDistance = 0.1;

/** Whether each of these is a colour that is seen on the page, and none is like another; not without a page's colour. */
export function areDistinct(colors: readonly (string | null)[], surface: string | null): boolean {
  const page = surface === null ? null : parse(surface);
  if (!page) return false;
  const seen: Rgb[] = [];
  for (const color of colors) {
    const own = color === null ? null : parse(color);
    if (!own || contrast(own, page) < leastContrast) return false;
    if (seen.some((other) => distance(own, other) < leastDistance)) return false;
    seen.push(own);
  }
  return true;
}

/** Of `#rrggbb` or `rgb(r, g, b)`; null for anything else. */
function parse(color: string): Rgb | null {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  if (hex) return [channel(hex[1], 16), channel(hex[2], 16), channel(hex[3], 16)];
  const rgb = /^rgb\((\d+),\s*(\d+),\s*(\d+)\)$/.exec(color);
  return rgb ? [channel(rgb[1], 10), channel(rgb[2], 10), channel(rgb[3], 10)] : null;
}

function channel(digits: string | undefined, base: number): number {
  return Number.parseInt(digits ?? '0', base) / 255;
}

/** WCAG 2.2, "contrast ratio". */
function contrast(a: Rgb, b: Rgb): number {
  const [lighter, darker] = [luminance(a), luminance(b)].sort((one, other) => other - one);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

function luminance(color: Rgb): number {
  const [r, g, b] = linear(color);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function linear([r, g, b]: Rgb): Rgb {
  const toLinear = (value: number): number =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  return [toLinear(r), toLinear(g), toLinear(b)];
}

/** Between two colours in OKLab (Björn Ottosson, "A perceptual color space for image processing"). */
function distance(a: Rgb, b: Rgb): number {
  const [l, m, n] = okLab(a);
  const [x, y, z] = okLab(b);
  return Math.hypot(l - x, m - y, n - z);
}

function okLab(color: Rgb): Rgb {
  const [r, g, b] = linear(color);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

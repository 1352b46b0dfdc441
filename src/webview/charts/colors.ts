import { isHighContrast, paletteSize, paletteToken, readSurface } from './palette.ts';

/** What a canvas paints with: no style sheet reaches it. */
export interface Colors {
  readonly palette: readonly string[];
  readonly line: string;
  readonly text: string;
  readonly heading: string;
  readonly grid: string;
  readonly surface: string;
  readonly font: string;
  readonly highContrast: boolean;
}

/** The tokens as they are at an element. */
export function readColors(element: HTMLElement): Colors {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim() || style.color;
  return {
    palette: Array.from({ length: paletteSize }, (_, place) => token(paletteToken(place))),
    line: token('--chart-line'),
    text: token('--chart-text'),
    heading: token('--heading'),
    grid: token('--chart-grid'),
    surface: readSurface(),
    font: `11px ${style.fontFamily}`,
    highContrast: isHighContrast(),
  };
}

export function colorOf(
  { palette, text }: Colors,
  { color, place }: { readonly color: string | null; readonly place: number },
): string {
  return color ?? palette[place % paletteSize] ?? text;
}

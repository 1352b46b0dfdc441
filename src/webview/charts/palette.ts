import { useEffect, useState } from 'preact/hooks';
import { onThemeChange } from '../state/theme.ts';

/** Colours of the palette: the tokens `--series-1` to `--series-8`. */
export const paletteSize = 8;

/** Dash patterns of lines, px: they tell series apart without colour, and beyond the palette. */
const dashes: readonly (readonly number[])[] = [
  [],
  [7, 3],
  [2, 2],
  [9, 3, 2, 3],
  [4, 2],
  [12, 3],
  [6, 2, 2, 2, 2, 2],
  [1, 3],
];

/** The name of a series' token. */
export function paletteToken(place: number): string {
  return `--series-${(place % paletteSize) + 1}`;
}

/**
 * How a line is dashed, px. Where colours are few (high contrast) each series has a pattern of its own; else only
 * those that repeat a colour, and what is expected.
 */
export function dashOf(
  { place, projected }: { readonly place: number; readonly projected: boolean },
  highContrast: boolean,
): readonly number[] {
  if (projected) return [3, 3];
  // Shifted with each round of the palette, so that no colour comes with the same pattern twice.
  const round = Math.floor(place / paletteSize);
  const pattern = highContrast ? place + round : round;
  return dashes[pattern % dashes.length] ?? [];
}

/** What `read` finds in the theme, read again when that changes; compared by identity. */
function useThemeFact<T>(read: () => T): T {
  const [fact, setFact] = useState(read);
  useEffect(() => onThemeChange(() => setFact(read)), []);
  return fact;
}

export function useHighContrast(): boolean {
  return useThemeFact(isHighContrast);
}

/** The colour of the page as the browser resolves it, `rgb(…)`; empty when it cannot be read. */
export function useSurface(): string {
  return useThemeFact(readSurface);
}

export function isHighContrast(): boolean {
  return (
    /(^| )vscode-high-contrast/.test(document.body.className) || matchMedia('(forced-colors: active)').matches
  );
}

export function readSurface(): string {
  return getComputedStyle(document.body).backgroundColor;
}

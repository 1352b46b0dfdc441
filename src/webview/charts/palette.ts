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
  if (highContrast) return dashes[place % dashes.length] ?? [];
  return place < paletteSize ? [] : (dashes[1 + (Math.floor(place / paletteSize) % 7)] ?? []);
}

export interface ThemeFacts {
  /** The colour of the page as the browser resolves it, `rgb(…)`; empty when it cannot be read. */
  readonly surface: string;
  readonly highContrast: boolean;
}

/** What of the theme decides how series are told apart; read again when the theme changes. */
export function useTheme(): ThemeFacts {
  const [facts, setFacts] = useState(readTheme);
  useEffect(
    () =>
      onThemeChange(() =>
        setFacts((before) => {
          const now = readTheme();
          return before.surface === now.surface && before.highContrast === now.highContrast ? before : now;
        }),
      ),
    [],
  );
  return facts;
}

export function readTheme(): ThemeFacts {
  const { body } = document;
  return {
    surface: getComputedStyle(body).backgroundColor,
    highContrast: /(^| )vscode-high-contrast/.test(body.className),
  };
}

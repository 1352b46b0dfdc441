import { t } from '../../shared/l10n.ts';
import { lookup } from '../../shared/lookup.ts';

const firstColor = '#2f86e0';
const colorNames: Readonly<Record<string, () => string>> = {
  [firstColor]: () => t('Blue'),
  '#d07a1e': () => t('Orange'),
  '#2f9e5b': () => t('Green'),
  '#a566d6': () => t('Purple'),
  '#e0524d': () => t('Red'),
  '#1a9ba1': () => t('Teal'),
  '#d45a9c': () => t('Pink'),
  '#85878c': () => t('Gray'),
};

/** The colours one can give a project: each at least 3:1 against white, black and the dark theme's grey. */
export const projectColors: readonly string[] = Object.keys(colorNames);

/** What one of `projectColors` is called; undefined of any other. */
export function colorName(color: string): string | undefined {
  return lookup(colorNames, color)?.();
}

/** The first colour that no project has, so that they can be told apart while there are few; else the first one. */
export function freeColor(used: ReadonlySet<string | null>): string {
  return projectColors.find((color) => !used.has(color)) ?? firstColor;
}

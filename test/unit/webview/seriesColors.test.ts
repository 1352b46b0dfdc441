import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  type Color,
  differenceCiede2000,
  filterDeficiencyDeuter,
  filterDeficiencyProt,
  filterDeficiencyTrit,
  parse,
  wcagContrast,
} from 'culori';
import { themes } from '../../../scripts/gallery/themes.ts';
import { dashOf, paletteSize } from '../../../src/webview/charts/palette.ts';

/**
 * Distances in CIEDE2000, where 2.3 is just noticeable side by side. Thin lines that cross, and a legend away from them,
 * need several times that: 12 for any two, and 16 among the first four, which is what most charts have.
 */
const least = 12;
const leastOfFew = 16;
const few = 4;

const css = readFileSync('src/webview/styles/tokens.css', 'utf8');
const difference = differenceCiede2000();
type Filter = (color: Color) => Color;
/** The whole of each deficiency, after Machado, Oliveira and Fernandes (2009). */
const eyes: Readonly<Record<string, Filter>> = {
  'all colors': (color) => color,
  protanopia: filterDeficiencyProt(1),
  deuteranopia: filterDeficiencyDeuter(1),
  tritanopia: filterDeficiencyTrit(1),
};
const kinds = [
  { theme: 'dark', selector: '.vscode-dark', contrast: 3 },
  { theme: 'light', selector: '.vscode-light', contrast: 3 },
  { theme: 'hc-dark', selector: '.vscode-high-contrast', contrast: 4.5 },
  { theme: 'hc-light', selector: '.vscode-high-contrast-light', contrast: 4.5 },
] as const;

function paletteOf(selector: string): string[] {
  const at = css.indexOf(`${selector} {\n  --series-1`);
  return [...css.slice(at, css.indexOf('}', at)).matchAll(/--series-\d: (#[0-9a-f]{6});/g)].map(
    ([, color = '']) => color,
  );
}

function colorOf(text: string): Color {
  const color = parse(text);
  assert.ok(color, text);
  return color;
}

describe('colors of series', () => {
  for (const { theme, selector, contrast } of kinds) {
    const palette = paletteOf(selector);

    it(`stand out from the editor of ${theme}, at least ${contrast}:1`, () => {
      assert.equal(palette.length, paletteSize);
      for (const color of palette)
        assert.ok(wcagContrast(color, themes[theme]['editor.background']) >= contrast, color);
    });

    for (const [eye, see] of Object.entries(eyes))
      it(`are told apart in ${theme} by eyes with ${eye}`, () => {
        palette.forEach((a, i) => {
          palette.slice(0, i).forEach((b, k) => {
            const distance = difference(see(colorOf(a)), see(colorOf(b)));
            assert.ok(
              distance >= (i < few ? leastOfFew : least),
              `${b} (${k + 1}), ${a} (${i + 1}): ${distance}`,
            );
          });
        });
      });
  }

  it('come with a pattern each in high contrast, for eyes that see no colors', () => {
    const patterns = Array.from({ length: paletteSize }, (_, place) =>
      dashOf({ place, projected: false }, true).join(),
    );
    assert.equal(new Set(patterns).size, paletteSize);
  });
});

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as Axe from 'axe-core';
import type { Page } from 'playwright-core';
import type { Subject } from './states.ts';
import type { ThemeName } from './themes.ts';

declare global {
  interface Window {
    readonly axe: typeof Axe;
  }
}

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** By the debugger, not by an element: the page's own policy stays as it is. */
export async function injectAxe(page: Page): Promise<void> {
  await page.evaluate(source);
}

/**
 * What axe-core finds in the page as it is, a sentence for each element. All rules run, best practices too; in high
 * contrast text has 7:1. A state that is one of some sections is looked at there.
 */
export async function findAxeFaults(
  page: Page,
  theme: ThemeName,
  shown: readonly Subject[],
): Promise<readonly string[]> {
  await injectAxe(page);
  const isPart = !shown.some((subject) => subject === 'page' || subject === 'screen' || subject === 'sheet');
  const include = isPart ? shown.map((subject) => `[data-section=${subject}]`) : ['html'];
  return page.evaluate(runAxe, { include, highContrast: theme.startsWith('hc') });
}

interface Look {
  readonly include: readonly string[];
  readonly highContrast: boolean;
}

async function runAxe({ include, highContrast }: Look): Promise<string[]> {
  const { violations } = await window.axe.run(
    { include: include.map((selector) => [selector]) },
    {
      resultTypes: ['violations'],
      rules: {
        'target-size': { enabled: true },
        'color-contrast': { enabled: !highContrast },
        'color-contrast-enhanced': { enabled: highContrast },
      },
    },
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => {
      const [, why = ''] = failureSummary.split('\n');
      return `axe ${id}: ${target.join(' ').slice(0, 160)}: ${why.trim()}`;
    }),
  );
}

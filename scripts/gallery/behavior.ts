import type { Browser } from 'playwright-core';
import { type PageServer, themeClasses, themeVariables } from './server.ts';
import { type Problems, Stage } from './stage.ts';
import type { GalleryState } from './states.ts';

/** A change of the theme must reach the canvas too, which no style sheet paints. */
export async function checkThemeChange(
  browser: Browser,
  server: PageServer,
  problems: Problems,
  full: GalleryState,
): Promise<void> {
  const stage = await Stage.open(browser, server, problems, { theme: 'light', width: 1280 });
  try {
    await stage.show(full);
    const before = await stage.page.evaluate(mainColor);
    await stage.page.evaluate(setTheme, { variables: themeVariables('dark'), name: themeClasses.dark });
    await stage.settle();
    const after = await stage.page.evaluate(mainColor);
    if (before === null) stage.report('no chart is drawn');
    else if (before === after) stage.report(`the chart kept its color (${before}) when the theme changed`);
  } finally {
    await stage.close();
  }
}

/** New entries on top of the timeline must not move the one that is being read, whatever stands beside it. */
export async function checkReading(
  browser: Browser,
  server: PageServer,
  problems: Problems,
  timeline: GalleryState,
): Promise<void> {
  for (const width of [1280, 400]) {
    const stage = await Stage.open(browser, server, problems, { theme: 'dark', width });
    try {
      await stage.show(timeline);
      const row = await stage.page.locator('[data-section=activity] [data-id]').nth(16).elementHandle();
      if (!row) {
        stage.report('the timeline has no 17th entry');
        continue;
      }
      await row.evaluate((element) => element.scrollIntoView({ block: 'center' }));
      await row.hover();
      const top = (): Promise<number> => row.evaluate((element) => element.getBoundingClientRect().top);
      const before = await top();
      await stage.page.evaluate(sendEvents);
      await stage.settle();
      const moved = (await top()) - before;
      if (Math.abs(moved) > 1)
        stage.report(`the entry of the timeline that is being read moved by ${moved} px`);
    } finally {
      await stage.close();
    }
  }
}

/** The most frequent color of the first chart, which is that of its marks; null without a chart. */
function mainColor(): string | null {
  const canvas = document.querySelector<HTMLCanvasElement>('.chart-canvas canvas');
  const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
  if (!data) return null;
  const counts = new Map<string, number>();
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] !== 255) continue;
    const color = data.slice(i, i + 3).join();
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

interface Theme {
  readonly variables: readonly (readonly [string, string])[];
  readonly name: string;
}

/** As VS Code does it: on the root's style, which our policy does not hold for. */
function setTheme({ variables, name }: Theme): void {
  for (const [key, value] of variables) document.documentElement.style.setProperty(key, value);
  document.body.className = name;
}

function sendEvents(): void {
  const { epoch, cursor, status, tables } = window.stage.given.snapshot;
  const [event] = tables.ide_sync_events;
  const up = Array.from({ length: 5 }, (_, n) => ({ ...event, id: `new-${n}`, event_type: `new.n${n}` }));
  const patch = { type: 'patch', epoch, from: cursor, to: cursor + 1, status };
  window.stage.send({ ...patch, tables: { ide_sync_events: { up, del: [] } } });
}

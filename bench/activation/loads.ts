import { statSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../scripts/vscodeHost/project.ts';
import { loadedWith } from '../bundles.ts';
import { type Goal, type Row, row } from '../rows.ts';
import type { Editor, EditorWindow } from './editor.ts';

interface File {
  /** Relative to the extension's folder. */
  readonly file: string;
  readonly bytes: number;
}

/** What the moments add to each other, by where it is loaded. */
class Loads {
  readonly #window: EditorWindow;
  readonly #page: File[] = [];
  readonly #seen = { host: 0, page: 0 };

  constructor(window: EditorWindow) {
    this.#window = window;
    const { page } = window.workbench;
    page.on('requestfinished', (request) => this.#note(request.url()));
  }

  /** Files that were loaded since the last moment, once no more are. */
  async next(): Promise<{ readonly host: readonly File[]; readonly page: readonly File[] }> {
    const all = { host: await this.#window.loaded(), page: this.#page };
    const news = { host: all.host.slice(this.#seen.host), page: all.page.slice(this.#seen.page) };
    Object.assign(this.#seen, { host: all.host.length, page: all.page.length });
    return news;
  }

  #note(url: string): void {
    const file = /\/runglass\.runglass-[^/]*\/(dist\/webview\/[^?#]*)/.exec(url)?.[1];
    if (file) this.#page.push({ file, bytes: statSync(path.join(projectRoot, file)).size });
  }
}

/** Which files of the package a window loads at which moment, in the extension host and in the page; bytes as on disk. */
export async function measureLoads(editor: Editor): Promise<Row[]> {
  const window = await editor.open();
  await window.statusShown();
  const loads = new Loads(window);
  const rows: Row[] = [];
  const started = (await loads.next()).host;
  rows.push(...split(started, 'extension.js', ['activation', 'after activation: status bar, side bar'], 60));
  await window.run('runglass.useEmbedded');
  const chosen = (await loads.next()).host;
  rows.push(
    ...split(
      chosen,
      'sync.js',
      ['a backend is chosen: engine and supabase-js', 'a backend is chosen: all else'],
      420,
    ),
  );
  await window.run('runglass.openDashboard');
  await window.dashboardLive();
  await window.dashboard.locator('.chart-canvas canvas').first().waitFor();
  const opened = await loads.next();
  rows.push(...rowsOf('the dashboard opens, extension host', opened.host));
  rows.push(...rowsOf('the dashboard opens, page', opened.page));
  await window.dashboard.locator('[data-section="runs"] [data-row][data-id]').first().click();
  await window.dashboard.locator('dialog[open]').waitFor();
  const sheet = await loads.next();
  rows.push(...rowsOf('a run is opened, extension host', sheet.host));
  rows.push(...rowsOf('a run is opened, page', sheet.page));
  await window.run('workbench.mcp.startServer', '*', { waitForLiveTools: true, promptType: 'never' });
  rows.push(...rowsOf('an agent connects (MCP), extension host', (await loads.next()).host));
  await window.context.close();
  return rows;
}

/** What belongs to an entry of the extension host's bundle, which has a budget in KB, and all else that came with it. */
function split(
  files: readonly File[],
  entry: string,
  [own, others]: readonly [string, string],
  budget: number,
): Row[] {
  const belongs = staticOf(entry);
  return [
    ...rowsOf(
      own,
      files.filter(({ file }) => belongs.has(file)),
      { atMost: budget },
    ),
    ...rowsOf(
      others,
      files.filter(({ file }) => !belongs.has(file)),
    ),
  ];
}

/** What an entry of the extension host's bundle brings with it at once, relative to the extension's folder. */
function staticOf(entry: string): ReadonlySet<string> {
  const files = loadedWith(path.join(projectRoot, 'dist'), entry);
  return new Set([...files].map((file) => `dist/${file}`));
}

function rowsOf(moment: string, files: readonly File[], goal?: Goal): Row[] {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return [row(`${moment}, files`, files.length, ''), row(`${moment}, size`, bytes / 1024, 'KB', goal)];
}

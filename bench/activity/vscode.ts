import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as esbuild from 'esbuild';
import { openBrowser } from '../../scripts/vscodeHost/browser.ts';
import { createProfile } from '../../scripts/vscodeHost/profile.ts';
import { projectRoot } from '../../scripts/vscodeHost/project.ts';
import { startServer } from '../../scripts/vscodeHost/server.ts';
import { type Row, row } from '../rows.ts';
import { median, quantile } from '../statistics.ts';
import type { EditorFigures, Turn } from './editor.ts';

/** The workbench in a browser is slow on a busy machine, ms. */
const limit = 30 * 60_000;
/** What one save may add to the extension host's CPU time, ms. */
const saveBudget = 1;

/** What reports cost while somebody types and saves, in the extension host of a real VS Code. */
export async function measureEditor(say: (line: string) => void): Promise<Row[]> {
  const { typing, saving, editsInTurn, savesInTurn, heap, eventsOfEdits, eventsOfSaves } = await measure();
  say(`events by type: of edits ${JSON.stringify(eventsOfEdits)}, of saves ${JSON.stringify(eventsOfSaves)}`);
  const edits = (typing.length * editsInTurn).toLocaleString('en');
  const saves = (saving.length * savesInTurn).toLocaleString('en');
  const noise = noiseOf(typing);
  return [
    row(
      `${edits} edits: CPU an edit, not reporting`,
      median(typing.map(({ off }) => off)) / editsInTurn,
      'ms',
    ),
    row(`${edits} edits: noise, off beside off (p95)`, noise, 'x'),
    row(`${edits} edits: reporting beside not`, ratio(typing), 'x', { atMost: round(noise) }),
    row(`${edits} edits: events`, sum(eventsOfEdits), '', { exactly: 0 }),
    row(
      `${saves} saves: CPU a save, not reporting`,
      median(saving.map(({ off }) => off)) / savesInTurn,
      'ms',
    ),
    row(`${saves} saves: noise, off beside off (p95)`, noiseOf(saving), 'x'),
    row(`${saves} saves: reporting beside not`, ratio(saving), 'x'),
    row(
      `${saves} saves: CPU that reporting adds to a save`,
      median(saving.map(({ on, off, offAgain }) => on - (off + offAgain) / 2)) / savesInTurn,
      'ms',
      { atMost: saveBudget },
    ),
    row(`${saves} saves: events`, sum(eventsOfSaves), ''),
    row('heap: growth over all of it', (heap.after - heap.before) / 1e6, 'MB'),
  ];
}

/** Each round beside the mean of what it cost without reports. */
function ratio(turns: readonly Turn[]): number {
  return median(turns.map(({ on, off, offAgain }) => (2 * on) / (off + offAgain)));
}

/** Two turns of the same, the larger above the smaller. */
function noiseOf(turns: readonly Turn[]): number {
  const ratios = turns.map(({ off, offAgain }) => Math.max(off, offAgain) / Math.min(off, offAgain));
  return quantile(ratios, 0.95);
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

function sum(events: Readonly<Record<string, number>>): number {
  return Object.values(events).reduce((total, count) => total + count, 0);
}

async function measure(): Promise<EditorFigures> {
  const tests = await bundle();
  // In a browser VS Code saves by itself what is typed.
  const profile = createProfile({ 'files.autoSave': 'off' });
  const file = path.join(profile.root, 'figures.json');
  try {
    const server = await startServer(profile, { env: { RUNGLASS_BENCH_FILE: file } });
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const complaints: unknown[] = [];
      const status = new Promise<unknown>((resolve, reject) => {
        page.on('crash', () => reject(new Error('The page of VS Code crashed.')));
        // The web workbench calls these two when the page has them.
        void page.exposeFunction('codeAutomationExit', resolve);
      });
      await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
        if (type !== 'info') complaints.push(...args);
      });
      await page.goto(server.url({ folder: profile.workspace, tests }), { waitUntil: 'commit' });
      const late = sleep(limit, 'too late', { ref: false });
      if ((await Promise.race([status, late])) !== 0)
        throw new Error(`VS Code did not measure: ${complaints.join('\n')}`);
      return JSON.parse(readFileSync(file, 'utf8'));
    } finally {
      await browser.close();
      await server.stop();
    }
  } finally {
    profile.remove();
  }
}

/** What the extension host runs; answers its file. */
async function bundle(): Promise<string> {
  const outfile = path.join(projectRoot, 'out/bench/editor.js');
  await esbuild.build({
    entryPoints: [path.join(projectRoot, 'bench/activity/editor.ts')],
    ...{ outfile, bundle: true, format: 'esm', platform: 'node', target: 'node22' },
    packages: 'external',
    external: ['vscode'],
    logLevel: 'silent',
  });
  return outfile;
}

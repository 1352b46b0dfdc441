import path from 'node:path';
import { ensureChromium } from '../vscodeHost/browser.ts';
import { installVscodeHost } from '../vscodeHost/install.ts';
import { projectRoot } from '../vscodeHost/project.ts';
import { ensurePostgres } from './postgres.ts';

/** One row of the summary, run in a process of its own. */
export interface Suite {
  readonly name: string;
  /** Arguments of the Node process, the first is its script. */
  command(grep: string | undefined): string[];
  /** The process is ended after this long, ms. */
  readonly limitMs: number;
  /** An earlier suite that leaves a processor idle: this one runs meanwhile, where both are to run. */
  readonly beside?: string;
  /** Gets what the suite needs. Returns why the suite cannot run here when that is no failure; throws when it is. */
  prepare?(): string | null;
}

const minute = 60_000;
/** Of a file that shares the suite's time with others; the longest takes two minutes on a busy machine, and took six on a crowded one. */
const pairedFileMs = 8 * minute;
const script = (name: string) => path.join(projectRoot, 'scripts/suites', name);

interface MochaSuiteOptions {
  readonly limitMs: number;
  readonly timeoutMs: number;
  /** What of it runs side by side: its folders, or its files in pairs. */
  readonly lanes?: 'folders' | 'pairs';
}

function mochaSuite(name: string, options: MochaSuiteOptions): Suite {
  const folder = path.join(projectRoot, 'out/test', name);
  return {
    name,
    limitMs: options.limitMs,
    command: (grep) => {
      // Of a few tests one process tells sooner.
      const lanes = grep && options.lanes === 'pairs' ? undefined : options.lanes;
      return [
        script(lanes ? 'lanesProcess.ts' : 'mochaProcess.ts'),
        folder,
        String(options.timeoutMs),
        ...(lanes ? [lanes, String(lanes === 'pairs' ? pairedFileMs : options.limitMs - minute)] : []),
        ...(grep ? [grep] : []),
      ];
    },
  };
}

/** Gets the browser and VS Code. */
export function prepareVscode(): null {
  ensureChromium();
  installVscodeHost();
  return null;
}

/** In the order in which they run: the quickest to fail first. */
export const suites: readonly Suite[] = [
  { name: 'check', limitMs: 10 * minute, command: () => [script('checkProcess.ts')] },
  mochaSuite('unit', { limitMs: 6 * minute, timeoutMs: 20_000 }),
  {
    ...mochaSuite('soak', { limitMs: 10 * minute, timeoutMs: 60_000 }),
    prepare: prepareVscode,
  },
  { ...mochaSuite('webview', { limitMs: 8 * minute, timeoutMs: 30_000 }), beside: 'soak' },
  { ...mochaSuite('chaos', { limitMs: 12 * minute, timeoutMs: 480_000 }), beside: 'soak' },
  {
    ...mochaSuite('page', { limitMs: 8 * minute, timeoutMs: 120_000 }),
    beside: 'soak',
    prepare: () => {
      ensureChromium();
      return null;
    },
  },
  mochaSuite('integration', { limitMs: 12 * minute, timeoutMs: 60_000, lanes: 'folders' }),
  {
    ...mochaSuite('postgres', { limitMs: 12 * minute, timeoutMs: 120_000 }),
    beside: 'integration',
    prepare: ensurePostgres,
  },
  { ...mochaSuite('examples', { limitMs: 12 * minute, timeoutMs: 120_000 }), beside: 'integration' },
  {
    name: 'exthost',
    limitMs: 10 * minute,
    command: (grep) => [script('exthostProcess.ts'), ...(grep ? [grep] : [])],
    prepare: prepareVscode,
  },
  { ...mochaSuite('kill', { limitMs: 12 * minute, timeoutMs: 240_000 }), beside: 'exthost' },
  {
    ...mochaSuite('e2e', { limitMs: 20 * minute, timeoutMs: 90_000, lanes: 'pairs' }),
    prepare: prepareVscode,
  },
];

import type { Measure } from './rows.ts';

export interface Benchmark {
  readonly name: string;
  /** One line, with how long it takes. */
  readonly about: string;
  /** Imported only when it runs. */
  load(): Promise<{ readonly measure: Measure }>;
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'activation',
    about: 'the installed extension in a real VS Code: window starts, what loads when, idle (4 min)',
    load: () => import('./activation.ts'),
  },
  {
    name: 'sync',
    about: 'the engine beside a bare supabase-js client, on the embedded backend and on a fake (7 min)',
    load: () => import('./sync.ts'),
  },
  {
    name: 'backend',
    about: 'the embedded backend: starts of new and existing folders, memory, sizes (4 min)',
    load: () => import('./backend.ts'),
  },
  {
    name: 'sql',
    about: 'sync_pull, the triggers and the WAL, on a real PostgreSQL (1 min)',
    load: () => import('./sql.ts'),
  },
  {
    name: 'activity',
    about: 'reporting editor events: typing and saving in a real VS Code, the outbox (7 min)',
    load: () => import('./activity.ts'),
  },
  {
    name: 'ui',
    about:
      "the dashboard's page in a real Chromium: loading, updates, scrolling, charts, idle, sizes (3 min)",
    load: () => import('./ui.ts'),
  },
];

import type { Rule } from './findings.ts';
import { runSeeds } from './pool.ts';
import { type Fault, faults } from './weather.ts';
import type { SeedReport } from './worker.ts';

/** What many seeds came to. */
export interface Survey {
  readonly seeds: number;
  readonly failed: readonly { readonly seed: number; readonly rule: Rule; readonly detail: string }[];
  /** `From -- event --> To`, in which number of seeds. */
  readonly transitions: ReadonlyMap<string, number>;
  readonly faults: ReadonlyMap<Fault, number>;
  readonly virtualHours: number;
  readonly requests: number;
  /** ms. */
  readonly worstStaleness: number;
}

export interface SurveyOptions {
  readonly from: number;
  readonly seeds: number;
  /** Ends after so many seeds that fail. */
  readonly enough?: number;
  readonly worker?: string;
}

/** Simulates a range of seeds. */
export async function survey({ from, seeds, enough = 20, worker }: SurveyOptions): Promise<Survey> {
  const reports: SeedReport[] = [];
  let failures = 0;
  const onReport = (report: SeedReport) => {
    reports.push(report);
    if (report.finding) failures += 1;
    return failures >= enough ? 'enough' : 'go on';
  };
  await runSeeds({ from, to: from + seeds, onReport, ...(worker ? { worker } : {}) });
  return sum(reports);
}

function sum(reports: readonly SeedReport[]): Survey {
  const inOrder = [...reports].sort((a, b) => a.seed - b.seed);
  const total = (of: (report: SeedReport) => number) => reports.reduce((all, report) => all + of(report), 0);
  return {
    seeds: reports.length,
    failed: inOrder.flatMap(({ seed, finding }) => (finding ? [{ seed, ...finding }] : [])),
    transitions: count(reports, ({ transitions }) => transitions),
    faults: new Map([
      ...faults.map((fault) => [fault, 0] as const),
      ...count(reports, (report) => report.faults),
    ]),
    virtualHours: total(({ stats }) => stats.virtualMs) / 3_600_000,
    requests: total(({ stats }) => stats.requests),
    worstStaleness: Math.max(0, ...reports.map(({ stats }) => stats.worstStaleness)),
  };
}

function count<T>(reports: readonly SeedReport[], of: (report: SeedReport) => Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const report of reports) for (const item of of(report)) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

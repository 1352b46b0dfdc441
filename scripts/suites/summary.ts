/** What became of one suite. */
export interface Outcome {
  readonly name: string;
  readonly ms: number;
  readonly passed: number;
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
  /** Why the suite could not run on this machine, or null. */
  readonly notRun: string | null;
}

/** Prints the table, what failed and what was not run, and the line `N passed, N failed`; returns the exit status. */
export function printSummary(outcomes: readonly Outcome[]): number {
  console.log('\n── summary ───────────────────────────────────────────────────────────────');
  console.log(row('suite', 'passed', 'failed', 'skipped', 'seconds'));
  for (const outcome of outcomes) {
    const { name, passed, failed, skipped, ms, notRun } = outcome;
    const seconds = (ms / 1000).toFixed(1);
    console.log(
      notRun
        ? `${name.padEnd(14)}NOT RUN: ${notRun}`
        : row(name, passed, failed.length, skipped.length, seconds),
    );
  }
  list('Failed', outcomes, (outcome) => outcome.failed);
  list('Skipped', outcomes, (outcome) => outcome.skipped);
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed.length, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

function row(name: string, ...cells: readonly (string | number)[]): string {
  return name.padEnd(12) + cells.map((cell) => String(cell).padStart(10)).join('');
}

function list(
  title: string,
  outcomes: readonly Outcome[],
  pick: (outcome: Outcome) => readonly string[],
): void {
  const lines = outcomes.flatMap((outcome) => pick(outcome).map((line) => `  ${outcome.name}: ${line}`));
  if (lines.length > 0) console.log(`\n${title}:\n${lines.join('\n')}`);
}

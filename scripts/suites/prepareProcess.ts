import { exitOnSignals } from '../vscodeHost/processGroup.ts';
import { suites } from './suites.ts';

// Gets what suites need, one after the other, while others run that need nothing. What cannot be had is told by the
// suite that needs it, which tries again.
//   node prepareProcess.ts <suite> …

exitOnSignals();
for (const name of process.argv.slice(2)) {
  try {
    suites.find((suite) => suite.name === name)?.prepare?.();
  } catch {
    // Told by the suite.
  }
}

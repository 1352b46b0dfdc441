import { runChecks } from './checks.ts';

// The process of the suite "check".
process.exitCode = runChecks() ? 0 : 1;

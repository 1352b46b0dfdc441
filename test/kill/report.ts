import type { GroupReport } from './group.ts';
import { phases } from './plan.ts';

/** One line for people. */
export function progress({ seed, rounds, events, durable, requests, findings }: GroupReport): string {
  const verdict = findings.length === 0 ? '0 lost, 0 doubled' : 'FAILED';
  return `seed ${seed}: ${rounds} killed, ${events} events, ${durable} of them surely on disk, ${requests} requests: ${verdict}`;
}

/** What a group found, and how to do it again; the moments of another run are near these, not the same. */
export function explain({ seed, rounds, findings }: GroupReport): string {
  const lines = findings.flatMap(({ rule, detail, journeys }) => [
    `${rule}: ${detail}`,
    ...journeys.map((journey) => `  ${journey}`),
  ]);
  return [...lines, `again: npm run test:kill -- --rounds ${rounds} --seed ${seed}`].join('\n');
}

/** How often each moment was met. */
export function countKills(reports: readonly GroupReport[]): Map<string, number> {
  const counts = new Map<string, number>([...phases, 'any moment'].map((phase) => [phase, 0]));
  for (const { kills } of reports)
    for (const [phase, count] of kills) counts.set(phase, (counts.get(phase) ?? 0) + count);
  return counts;
}

import type { RunRow } from '../../shared/model.ts';
import { runPace, runProgress } from '../../shared/runs.ts';
import type { Column } from '../state/csv.ts';
import { metricColumns } from '../state/metricColumns.ts';
import type { TableSignals } from '../state/store.ts';

/** A run a line, with the name of its project, what it used and a column for each metric that any of `runs` has. */
export function runColumns(runs: readonly RunRow[], tables: TableSignals): Column<RunRow>[] {
  const projects = tables.projects.peek();
  const used = new Set(runs.flatMap(({ usage }) => Object.keys(usage)));
  return [
    { name: 'name', cell: ({ name }) => name },
    { name: 'status', cell: ({ status }) => status },
    { name: 'project', cell: ({ project_id: id }) => (id === null ? null : (projects.get(id)?.name ?? id)) },
    { name: 'progress', cell: runProgress },
    { name: 'step', cell: ({ step }) => step },
    { name: 'total_steps', cell: (run) => run.total_steps },
    { name: 'steps_per_second', cell: runPace },
    { name: 'created_at', cell: (run) => run.created_at },
    { name: 'started_at', cell: (run) => run.started_at },
    { name: 'finished_at', cell: (run) => run.finished_at },
    { name: 'heartbeat_at', cell: (run) => run.heartbeat_at },
    { name: 'stopped_by', cell: (run) => run.stopped_by?.metric ?? null },
    { name: 'error', cell: ({ error }) => error },
    { name: 'id', cell: ({ id }) => id },
    ...[...used].map((metric) => ({
      name: `usage.${metric}`,
      cell: ({ usage }: RunRow) => (Object.hasOwn(usage, metric) ? (usage[metric] ?? null) : null),
    })),
    ...metricColumns(runs),
  ];
}

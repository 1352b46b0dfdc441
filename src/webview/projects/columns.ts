import type { Column } from '../state/csv.ts';
import type { ProjectSummary } from '../state/views.ts';

/** A project a line, with what is counted of it. */
export const projectColumns: readonly Column<ProjectSummary>[] = [
  { name: 'name', cell: ({ project }) => project.name },
  { name: 'status', cell: ({ project }) => project.status },
  { name: 'description', cell: ({ project }) => project.description },
  { name: 'color', cell: ({ project }) => project.color },
  { name: 'runs', cell: ({ runs }) => runs },
  { name: 'active_runs', cell: ({ activeRuns }) => activeRuns },
  { name: 'models', cell: ({ models }) => models },
  {
    name: 'last_activity',
    cell: ({ lastActivity }) => (Number.isFinite(lastActivity) ? new Date(lastActivity).toISOString() : null),
  },
  { name: 'created_at', cell: ({ project }) => project.created_at },
  { name: 'id', cell: ({ project }) => project.id },
];

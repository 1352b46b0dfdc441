import type { ModelRow } from '../../shared/model.ts';
import type { Column } from '../state/csv.ts';
import { metricColumns } from '../state/metricColumns.ts';
import type { TableSignals } from '../state/store.ts';

/** A model a line, with the names of what it refers to and a column for each metric that any of `models` has. */
export function modelColumns(models: readonly ModelRow[], tables: TableSignals): Column<ModelRow>[] {
  const projects = tables.projects.peek();
  const runs = tables.training_runs.peek();
  return [
    { name: 'name', cell: ({ name }) => name },
    { name: 'version', cell: ({ version }) => version },
    { name: 'status', cell: ({ status }) => status },
    { name: 'project', cell: ({ project_id: id }) => (id === null ? null : (projects.get(id)?.name ?? id)) },
    { name: 'base_model', cell: (model) => model.base_model },
    { name: 'run', cell: ({ run_id: id }) => (id === null ? null : (runs.get(id)?.name ?? null)) },
    { name: 'run_id', cell: (model) => model.run_id },
    { name: 'size_bytes', cell: (model) => model.size_bytes },
    { name: 'tags', cell: ({ tags }) => tags.join(' ') },
    { name: 'description', cell: (model) => model.description },
    { name: 'created_at', cell: (model) => model.created_at },
    { name: 'updated_at', cell: (model) => model.updated_at },
    { name: 'id', cell: ({ id }) => id },
    ...metricColumns(models),
  ];
}

import { plural, t } from '../../shared/l10n.ts';
import type { ProjectRow } from '../../shared/model.ts';
import type { TableMaps } from '../../shared/patch.ts';
import { compareNewest, runMoment } from '../../shared/runs.ts';
import { commands } from '../ids.ts';
import { escapeMarkdown, oneLine } from '../markdown.ts';
import type { Saying } from '../saying.ts';
import type { ViewNode } from './node.ts';
import type { NodeTarget } from './target.ts';

interface Summary {
  readonly project: ProjectRow;
  runs: number;
  models: number;
  /** Start of the newest run, else the project's creation, ms since 1970. */
  last: number;
}

/** Projects by their last activity, archived ones at the end. `own` is that of this workspace. */
export function projectNodes(tables: TableMaps, own: string | null, saying: Saying): ViewNode[] {
  const summaries = new Map<string, Summary>();
  for (const project of tables.projects.values())
    summaries.set(project.id, { project, runs: 0, models: 0, last: Date.parse(project.created_at) });
  for (const run of tables.training_runs.values()) {
    const summary = summaries.get(run.project_id ?? '');
    if (!summary) continue;
    summary.runs += 1;
    if (runMoment(run) > summary.last) summary.last = runMoment(run);
  }
  for (const { project_id } of tables.models.values()) {
    const summary = summaries.get(project_id ?? '');
    if (summary) summary.models += 1;
  }
  const rank = ({ project }: Summary) => (project.status === 'archived' ? 1 : 0);
  return [...summaries.values()]
    .sort((a, b) => rank(a) - rank(b) || compareNewest(a.last, b.last))
    .map((summary) => projectNode(summary, summary.project.id === own, saying));
}

function projectNode({ project, runs, models, last }: Summary, isOwn: boolean, saying: Saying): ViewNode {
  const { formats, now } = saying;
  const label = oneLine(project.name, 200) || t('Unnamed project');
  const archived = project.status === 'archived';
  const counts = [
    plural(runs, '{0} run', '{0} runs', formats.number(runs)),
    plural(models, '{0} model', '{0} models', formats.number(models)),
  ];
  const marks = [...(isOwn ? [t('this workspace')] : []), ...(archived ? [t('archived')] : [])];
  const target: NodeTarget = { kind: 'project', id: project.id };
  const description = [...marks, ...counts].join(' · ');
  const active = t('Last active {0}', formats.relative(last, now));
  return {
    id: `project/${project.id}`,
    label,
    description,
    tooltip: [
      `**${escapeMarkdown(label)}**`,
      escapeMarkdown(project.description ?? ''),
      escapeMarkdown(active),
    ]
      .filter(Boolean)
      .join('\n\n'),
    spoken: [label, description].join(', '),
    icon: archived
      ? { name: 'archive', color: 'descriptionForeground' }
      : { name: isOwn ? 'root-folder' : 'project', color: null },
    context: 'project',
    command: { command: commands.showProject, arguments: [target] },
    children: [],
  };
}

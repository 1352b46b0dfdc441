import { plural } from '../../shared/l10n.ts';
import type { ModelRow } from '../../shared/model.ts';
import { statusName } from '../../shared/names.ts';
import type { TableMaps } from '../../shared/patch.ts';
import { compareNewest, numericMetrics } from '../../shared/runs.ts';
import { commands } from '../ids.ts';
import { escapeMarkdown, oneLine } from '../markdown.ts';
import type { Saying } from '../saying.ts';
import { moreNode } from './moreNode.ts';
import { idOfName, type ViewNode } from './node.ts';
import type { NodeTarget } from './target.ts';

/** Names that the view shows, and versions of each; the dashboard has all. */
const mostNames = 50;
const mostVersions = 20;

/** Models by name, the one with the newest version first; a name of several versions unfolds. */
export function modelNodes(tables: TableMaps, saying: Saying): ViewNode[] {
  const newest = [...tables.models.values()]
    .map((model) => ({ model, at: Date.parse(model.created_at) }))
    .sort((a, b) => compareNewest(a.at, b.at))
    .map(({ model }) => model);
  const groups = new Map<string, ModelRow[]>();
  for (const model of newest) {
    const group = groups.get(model.name);
    if (group) group.push(model);
    else groups.set(model.name, [model]);
  }
  const nodes = [...groups.values()]
    .slice(0, mostNames)
    .map((versions) => groupNode(versions, tables, saying));
  const more = groups.size - nodes.length;
  return more > 0 ? [...nodes, moreNode('models', more, saying)] : nodes;
}

function groupNode(versions: readonly ModelRow[], tables: TableMaps, saying: Saying): ViewNode {
  const { formats } = saying;
  const [newest, ...older] = versions;
  if (!newest) throw new Error('A group of models has one at least.');
  const node = modelNode(newest, newest.name, tables, saying);
  if (older.length === 0) return node;
  const count = plural(versions.length, '{0} version', '{0} versions', formats.number(versions.length));
  const shown = versions.slice(0, mostVersions);
  const children = shown.map((model) => modelNode(model, model.version, tables, saying));
  const more = versions.length - shown.length;
  return {
    ...node,
    id: `models/${idOfName(newest.name)}`,
    description: [oneLine(newest.version, 40), count].filter(Boolean).join(' · '),
    spoken: `${node.label}, ${count}`,
    children: more > 0 ? [...children, moreNode(`models/${newest.id}`, more, saying)] : children,
    command: null,
  };
}

function modelNode(model: ModelRow, label: string, tables: TableMaps, { formats, now }: Saying): ViewNode {
  const target: NodeTarget = { kind: 'model', id: model.id };
  const status = oneLine(statusName(model.status), 40);
  const [metric] = numericMetrics(model.metrics);
  const facts = [
    ...(label === model.version ? [] : [oneLine(model.version, 40)]),
    ...(metric ? [`${oneLine(metric.name, 40)} ${formats.metric(metric.value)}`] : []),
    ...(model.status === 'ready' ? [] : [status]),
    formats.relative(Date.parse(model.created_at), now),
  ].filter(Boolean);
  const shown = oneLine(label, 200) || '–';
  return {
    id: `model/${model.id}`,
    label: shown,
    description: facts.join(' · '),
    tooltip: modelTooltip(model, status, tables, formats),
    spoken: [shown, status, ...facts].join(', '),
    icon: modelIcon(model.status),
    context: 'model',
    command: { command: commands.openModel, arguments: [target] },
    children: [],
  };
}

function modelIcon(status: string): ViewNode['icon'] {
  if (status === 'ready') return { name: 'package', color: null };
  if (status === 'failed') return { name: 'error', color: 'list.errorForeground' };
  return { name: 'package', color: 'descriptionForeground' };
}

function modelTooltip(
  model: ModelRow,
  status: string,
  tables: TableMaps,
  formats: Saying['formats'],
): string {
  const run = model.run_id === null ? undefined : tables.training_runs.get(model.run_id);
  const name = [oneLine(model.name, 120), oneLine(model.version, 40)].filter(Boolean).join(' ');
  const lines = [
    `**${escapeMarkdown(name)}** — ${escapeMarkdown(status)}`,
    escapeMarkdown(
      [
        model.size_bytes === null ? '' : formats.bytes(model.size_bytes),
        oneLine(run?.name ?? '', 100),
        oneLine(model.base_model ?? '', 100),
      ]
        .filter(Boolean)
        .join(' · '),
    ),
    escapeMarkdown(model.description ?? ''),
  ];
  return lines.filter(Boolean).join('\n\n');
}

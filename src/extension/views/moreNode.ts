import { plural } from '../../shared/l10n.ts';
import { commands } from '../ids.ts';
import { escapeMarkdown } from '../markdown.ts';
import type { Saying } from '../saying.ts';
import type { ViewNode } from './node.ts';

/** Leads to the dashboard, which has what a view has no room for. */
export function moreNode(what: string, count: number, { formats }: Pick<Saying, 'formats'>): ViewNode {
  const label = plural(
    count,
    '{0} more in the dashboard',
    '{0} more in the dashboard',
    formats.number(count),
  );
  return {
    id: `more/${what}`,
    label,
    description: '',
    tooltip: escapeMarkdown(label),
    spoken: label,
    icon: { name: 'ellipsis', color: null },
    context: 'more',
    command: { command: commands.openDashboard, arguments: [] },
    children: [],
  };
}

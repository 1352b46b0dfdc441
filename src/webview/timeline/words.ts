import type { OwnEvent } from '../../shared/activity.ts';
import { type Formats, shownName } from '../../shared/format.ts';
import { plural, t } from '../../shared/l10n.ts';
import type { RunRow } from '../../shared/model.ts';
import { plain } from '../../shared/names.ts';
import { runState } from '../../shared/runs.ts';
import type { IconName } from '../components/icons.ts';
import { runLooks } from '../components/RunStatus.tsx';
import { eventWords, type Words } from './eventWords.ts';
import type { TimelineKind } from './filter.ts';
import type { Part } from './groups.ts';
import type { EventMoment, RunMoment } from './moments.ts';

/** Names of runs that a row of several shows at most. */
const maxNames = 5;

/** One row in words; `parts` tell the same. */
export function partsWords(parts: readonly [Part, ...Part[]], formats: Formats): Words {
  const [{ moment }] = parts;
  if (moment.kind === 'run') return runWords(moment, parts, formats);
  const rest = parts.slice(1).map((part) => (part.moment as EventMoment).event);
  return eventWords([moment.event, ...rest], formats);
}

function runWords({ run, end }: RunMoment, parts: readonly Part[], formats: Formats): Words {
  const state = end ? runState(run, 0) : 'running';
  const { icon, tone } = runLooks[state];
  const words = { icon, tone: end ? `tone-${tone}` : '', subject: null };
  const verb = end ? endWords(run, parts.length, formats) : startWords(parts.length, formats);
  if (parts.length === 1) return { ...words, verb, detail: null };
  const names = parts.slice(0, maxNames).map(({ moment }) => shownName((moment as RunMoment).run.name, 60));
  const detail = `${names.join(', ')}${parts.length > maxNames ? ', …' : ''}`;
  return { ...words, verb, detail };
}

function startWords(count: number, formats: Formats): string {
  return plural(count, 'Run started', '{0} runs started', formats.number(count));
}

function endWords({ status }: RunRow, count: number, formats: Formats): string {
  const n = formats.number(count);
  switch (status) {
    case 'completed':
      return plural(count, 'Run completed', '{0} runs completed', n);
    case 'failed':
      return plural(count, 'Run failed', '{0} runs failed', n);
    case 'cancelled':
      return plural(count, 'Run cancelled', '{0} runs cancelled', n);
    case 'stopped':
      return plural(count, 'Run stopped', '{0} runs stopped', n);
    default:
      return plural(count, 'Run ended ({1})', '{0} runs ended ({1})', n, plain(status));
  }
}

/** How an event of this window stands that the database has not brought back yet. */
export function standingOf(state: OwnEvent['state']): {
  readonly icon: IconName;
  readonly words: string;
  readonly tone: string;
} {
  switch (state) {
    case 'waiting':
      return { icon: 'clock', words: t('Not sent yet'), tone: 'tone-quiet' };
    case 'sent':
      return { icon: 'clock', words: t('Sent'), tone: 'tone-quiet' };
    case 'refused':
      return { icon: 'error', words: t('Refused by the backend'), tone: 'tone-bad' };
    default:
      return state satisfies never;
  }
}

/** What is filtered by, by name. */
export function kindName(kind: TimelineKind): string {
  switch (kind) {
    case 'run':
      return t('Run');
    case 'window':
      return t('Window');
    case 'workspace':
      return t('Workspace');
    case 'file':
      return t('File');
    case 'task':
      return t('Task');
    case 'test':
      return t('Test');
    case 'debug':
      return t('Debug');
    case 'terminal':
      return t('Terminal');
    case 'git':
      return t('Git');
    case 'notebook':
      return t('Notebook');
    case 'dashboard':
      return t('Dashboard');
    case 'other':
      return t('Other');
    default:
      return kind satisfies never;
  }
}

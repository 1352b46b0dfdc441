import { type EventKind, kindOf } from '../../shared/activity.ts';
import { clip, type Formats } from '../../shared/format.ts';
import { lookup } from '../../shared/lookup.ts';
import { plain } from '../../shared/names.ts';
import type { IconName } from '../components/icons.ts';
import type { ReportedEvent } from './moments.ts';

/** What happened, in words: `12 saves` without a subject, with `python` as the detail. */
export interface Words {
  readonly icon: IconName;
  /** A class of tokens.css, or empty. */
  readonly tone: string;
  readonly verb: string;
  readonly subject: string | null;
  readonly detail: string | null;
}

/** How the events of one kind read. */
interface Look {
  readonly icon: IconName;
  /** What it is about; else the kind's own name. */
  readonly noun?: string;
  /** Several of it are counted: `5 files deleted`; else it is said how often it happened. */
  readonly counted?: true;
  /** It is told by how long it took, where that is known: `Task build took 12s`. */
  readonly timed?: true;
  /** Where the payload names what it happened to; the first that it has. */
  readonly subject?: readonly string[];
}

const looks: Readonly<Record<EventKind, Look>> = {
  window: { icon: 'window' },
  workspace: { icon: 'folder', noun: 'Folder', counted: true },
  file: { icon: 'file', counted: true },
  task: { icon: 'tasks', counted: true, timed: true, subject: ['group', 'task_type'] },
  test: { icon: 'beaker', noun: 'Tests', timed: true },
  debug: { icon: 'bug', noun: 'Debugging', timed: true, subject: ['debug_type'] },
  terminal: { icon: 'terminal', noun: 'Command', counted: true, timed: true, subject: ['program'] },
  git: { icon: 'commit', noun: 'Branch' },
  notebook: { icon: 'notebook', noun: 'Cell', counted: true },
  dashboard: { icon: 'chart' },
  other: { icon: 'pulse', subject: ['title', 'name'] },
};

/** Types whose words are not made of what they are about and what follows the dot: of one, and of several. */
const phrases: Readonly<Record<string, readonly [one: string, many?: string]>> = {
  'file.saved': ['File saved', '# saves'],
  'terminal.command': ['Command run', '# commands run'],
  'git.committed': ['Commit made', '# commits'],
  'notebook.executed': ['Cell run', '# cells run'],
};

/** Where the payload says how many there were; the first that it has. */
const countKeys = ['saves', 'files', 'cells', 'times', 'commits'];

/**
 * One event, or several that tell the same, newest first. Types that we know read well; any other reads as its own
 * name and whatever name its payload carries.
 */
export function eventWords(events: readonly [ReportedEvent, ...ReportedEvent[]], formats: Formats): Words {
  const [event] = events;
  const kind = kindOf(event.event_type);
  const isOne = events.length === 1;
  const total = events.reduce((sum, each) => sum + countOf(each), 0);
  const failed = isOne && hasFailed(event);
  const took = isOne ? durationWords(event, formats) : null;
  const language = text(event.payload.language);
  const details = [
    kind === 'other' && !isOne ? `${formats.number(total)} times` : null,
    events.every(({ payload }) => text(payload.language) === language) ? language : null,
    ...(isOne ? factWords(event, formats) : []),
    took,
  ];
  return {
    icon: event.event_type === 'file.saved' ? 'save' : looks[kind].icon,
    tone: failed ? 'tone-bad' : '',
    verb: failed ? failureWords(event, formats) : verbOf(event, total, took !== null, formats),
    subject: subjectOf(event),
    detail: details.filter((word) => word !== null).join(', ') || null,
  };
}

/** A failure that the payload tells of, whatever the type. */
export function hasFailed({ payload }: ReportedEvent): boolean {
  return (number(payload.exit_code) ?? 0) !== 0 || (number(payload.failed) ?? 0) > 0;
}

/** What it happened to, where the payload names it. */
export function subjectOf({ event_type: type, payload }: ReportedEvent): string | null {
  const keys = looks[kindOf(type)].subject ?? [];
  return keys.map((key) => text(payload[key])).find((found) => found !== null) ?? null;
}

function nounOf(kind: EventKind): string {
  return looks[kind].noun ?? plain(kind);
}

function verbOf({ event_type: type }: ReportedEvent, count: number, took: boolean, formats: Formats): string {
  const kind = kindOf(type);
  const { counted, timed } = looks[kind];
  const noun = nounOf(kind);
  if (kind === 'other') return plain(type);
  if (took && timed) return noun;
  const rest = plain(type.slice(kind.length + 1)).toLowerCase();
  const [one, many] = lookup(phrases, type) ?? [`${noun} ${rest}`];
  if (count === 1) return one;
  return (many ?? (counted ? `# ${noun.toLowerCase()}s ${rest}` : `${one} # times`)).replace(
    '#',
    formats.number(count),
  );
}

function failureWords({ event_type: type, payload }: ReportedEvent, formats: Formats): string {
  const kind = kindOf(type);
  if (kind === 'other') return plain(type);
  const [failed, cells] = [number(payload.failed), number(payload.cells) ?? 1];
  if (failed === null || cells <= 1) return `${nounOf(kind)} failed`;
  return `${formats.number(failed)} of ${formats.number(cells)} cells failed`;
}

/** How much of it there was, as its payload says; at least 1. */
function countOf({ event_type: type, payload }: ReportedEvent): number {
  const kind = kindOf(type);
  if (kind === 'other') return 1;
  const keys = kind === 'workspace' ? ['folders'] : countKeys;
  const count = keys.map((key) => number(payload[key])).find((found) => found !== null) ?? 1;
  return Math.max(1, count);
}

function factWords({ event_type: type, payload }: ReportedEvent, formats: Formats): (string | null)[] {
  const several = (key: string, one: string | null): string | null => {
    const count = number(payload[key]);
    return count === null ? null : count === 1 ? one : `${formats.number(count)} ${key}`;
  };
  const code = number(payload.exit_code);
  return [
    type === 'window.opened' ? several('folders', '1 folder') : null,
    type === 'file.saved' ? several('files', null) : null,
    code ? `exit code ${code}` : null,
  ];
}

function durationWords({ event_type: type, payload }: ReportedEvent, formats: Formats): string | null {
  const took = number(payload.duration_ms);
  if (took === null || took < 0) return null;
  return `${type === 'window.closed' ? 'after' : 'took'} ${formats.duration(took)}`;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? clip(value, 200) : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

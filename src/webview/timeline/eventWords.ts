import { type EventKind, type EventType, eventTypes, kindOf } from '../../shared/activity.ts';
import { clip, type Formats } from '../../shared/format.ts';
import { plural, t } from '../../shared/l10n.ts';
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

/** How the events of one kind look. */
interface Look {
  readonly icon: IconName;
  /** Where the payload names what it happened to; the first that it has. */
  readonly subject?: readonly string[];
}

const looks: Readonly<Record<EventKind, Look>> = {
  window: { icon: 'window' },
  workspace: { icon: 'folder' },
  file: { icon: 'file' },
  task: { icon: 'tasks', subject: ['group', 'task_type'] },
  test: { icon: 'beaker' },
  debug: { icon: 'bug', subject: ['debug_type'] },
  terminal: { icon: 'terminal', subject: ['program'] },
  git: { icon: 'commit' },
  notebook: { icon: 'notebook' },
  dashboard: { icon: 'chart' },
  other: { icon: 'pulse', subject: ['title', 'name'] },
};

/** `count` of one type: `n` is the count as it is shown. */
type Phrase = (count: number, n: string) => string;

const phrases: Readonly<Record<EventType, Phrase>> = {
  'window.opened': (count, n) => plural(count, 'Window opened', 'Window opened {0} times', n),
  'window.closed': (count, n) => plural(count, 'Window closed', 'Window closed {0} times', n),
  'window.focused': (count, n) => plural(count, 'Window focused', 'Window focused {0} times', n),
  'workspace.opened': (count, n) => plural(count, 'Folder opened', '{0} folders opened', n),
  'workspace.closed': (count, n) => plural(count, 'Folder closed', '{0} folders closed', n),
  'file.saved': (count, n) => plural(count, 'File saved', '{0} saves', n),
  'file.created': (count, n) => plural(count, 'File created', '{0} files created', n),
  'file.renamed': (count, n) => plural(count, 'File renamed', '{0} files renamed', n),
  'file.deleted': (count, n) => plural(count, 'File deleted', '{0} files deleted', n),
  'task.started': (count, n) => plural(count, 'Task started', '{0} tasks started', n),
  'task.ended': (count, n) => plural(count, 'Task ended', '{0} tasks ended', n),
  'test.started': (count, n) => plural(count, 'Tests started', 'Tests started {0} times', n),
  'test.ended': (count, n) => plural(count, 'Tests ended', 'Tests ended {0} times', n),
  'debug.started': (count, n) => plural(count, 'Debugging started', 'Debugging started {0} times', n),
  'debug.ended': (count, n) => plural(count, 'Debugging ended', 'Debugging ended {0} times', n),
  'terminal.command': (count, n) => plural(count, 'Command run', '{0} commands run', n),
  'git.committed': (count, n) => plural(count, 'Commit made', '{0} commits', n),
  'git.switched': (count, n) => plural(count, 'Branch switched', 'Branch switched {0} times', n),
  'notebook.executed': (count, n) => plural(count, 'Cell run', '{0} cells run', n),
  'dashboard.opened': (count, n) => plural(count, 'Dashboard opened', 'Dashboard opened {0} times', n),
  'dashboard.refreshed': (count, n) =>
    plural(count, 'Dashboard refreshed', 'Dashboard refreshed {0} times', n),
};

/** Types that are told by how long they took, where that is known: `Task build took 12s`. */
const timed: Readonly<Record<string, () => string>> = {
  [eventTypes.taskEnded]: () => t('Task'),
  [eventTypes.testEnded]: () => t('Tests'),
  [eventTypes.debugEnded]: () => t('Debugging'),
  [eventTypes.terminalCommand]: () => t('Command'),
};

/** Types that can fail. */
const failures: Readonly<Record<string, (event: ReportedEvent, formats: Formats) => string>> = {
  [eventTypes.taskEnded]: () => t('Task failed'),
  [eventTypes.testEnded]: () => t('Tests failed'),
  [eventTypes.terminalCommand]: () => t('Command failed'),
  [eventTypes.notebookExecuted]: cellsFailed,
};

/** Where the payload says how many there were; the first that it has. */
const countKeys = ['saves', 'files', 'cells', 'times', 'commits'];

/**
 * One event, or several that tell the same, newest first. Types that the editor reports read well; any other reads as
 * its own name and whatever name its payload carries.
 */
export function eventWords(events: readonly [ReportedEvent, ...ReportedEvent[]], formats: Formats): Words {
  const [event] = events;
  const type = event.event_type;
  const isOne = events.length === 1;
  const count = events.reduce((sum, each) => sum + countOf(each), 0);
  const n = formats.number(count);
  const failed = isOne && hasFailed(event);
  const took = isOne ? durationWords(event, formats) : null;
  const phrase = lookup(phrases, type);
  const language = text(event.payload.language);
  const details = [
    phrase || isOne ? null : plural(count, '{0} time', '{0} times', n),
    events.every(({ payload }) => text(payload.language) === language) ? language : null,
    ...(isOne ? factWords(event, formats) : []),
    took,
  ];
  const verb =
    (failed ? lookup(failures, type)?.(event, formats) : took === null ? null : lookup(timed, type)?.()) ??
    phrase?.(count, n);
  return {
    icon: type === eventTypes.fileSaved ? 'save' : looks[kindOf(type)].icon,
    tone: failed ? 'tone-bad' : '',
    verb: verb ?? plain(type),
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

function cellsFailed({ payload }: ReportedEvent, formats: Formats): string {
  const failed = Math.max(1, number(payload.failed) ?? 1);
  const cells = Math.max(failed, number(payload.cells) ?? 1);
  return plural(
    cells,
    'Cell failed',
    '{0} of {1} cells failed',
    formats.number(failed),
    formats.number(cells),
  );
}

/** How much of it there was, as its payload says; at least 1, and just that of a type that we do not know. */
function countOf({ event_type: type, payload }: ReportedEvent): number {
  if (!lookup(phrases, type)) return 1;
  const keys = kindOf(type) === 'workspace' ? ['folders'] : countKeys;
  const count = keys.map((key) => number(payload[key])).find((found) => found !== null) ?? 1;
  return Math.max(1, count);
}

function factWords({ event_type: type, payload }: ReportedEvent, formats: Formats): (string | null)[] {
  const folders = type === eventTypes.windowOpened ? number(payload.folders) : null;
  const files = type === eventTypes.fileSaved ? number(payload.files) : null;
  const code = number(payload.exit_code);
  return [
    folders === null ? null : plural(folders, '{0} folder', '{0} folders', formats.number(folders)),
    files === null || files === 1 ? null : plural(files, '{0} file', '{0} files', formats.number(files)),
    code ? t('exit code {0}', code) : null,
  ];
}

function durationWords({ event_type: type, payload }: ReportedEvent, formats: Formats): string | null {
  const took = number(payload.duration_ms);
  if (took === null || took < 0) return null;
  const duration = formats.duration(took);
  return type === eventTypes.windowClosed ? t('after {0}', duration) : t('took {0}', duration);
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? clip(value, 200) : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

import { clip, type Formats } from '../shared/format.ts';
import { lookup } from '../shared/lookup.ts';
import type { EventRow } from '../shared/model.ts';
import { plain } from '../shared/names.ts';
import type { IconName } from './components/icons.ts';

/** One reported event in words: what happened, to what, and the rest. */
export interface EventWords {
  readonly icon: IconName;
  readonly verb: string;
  readonly subject: string | null;
  readonly detail: string | null;
  readonly failed: boolean;
}

/** Kinds that we know read well; any other reads as its own name and whatever name its payload carries. */
export function eventWords({ event_type: type, payload }: EventRow, formats: Formats): EventWords {
  const [area = ''] = type.split('.');
  const took = number(payload.duration_ms);
  const words = {
    icon: lookup(icons, area) ?? 'pulse',
    verb: lookup(verbs, type) ?? plain(type),
    subject: text(payload.title) ?? text(payload.name),
    detail: took === null ? null : `took ${formats.duration(took)}`,
    failed: false,
  };
  switch (type) {
    case 'window.opened': {
      const folders = number(payload.folders);
      const detail =
        folders === null ? null : folders === 1 ? '1 folder' : `${formats.number(folders)} folders`;
      return { ...words, detail };
    }
    case 'file.saved': {
      const saves = number(payload.saves) ?? 1;
      const detail = saves > 1 ? `${formats.number(saves)} times` : null;
      return { ...words, subject: text(payload.language), detail };
    }
    case 'task.started':
      return { ...words, subject: text(payload.group) ?? text(payload.task_type) };
    case 'task.ended': {
      const code = number(payload.exit_code);
      const subject = text(payload.group) ?? text(payload.task_type);
      if (code === null || code === 0) return { ...words, subject };
      const detail = [`exit code ${code}`, words.detail].filter(Boolean).join(', ');
      return { ...words, verb: 'Task failed', subject, detail, failed: true };
    }
    case 'debug.started':
    case 'debug.ended':
      return { ...words, subject: text(payload.debug_type) };
    default:
      return words;
  }
}

const icons: Readonly<Record<string, IconName>> = {
  window: 'window',
  file: 'save',
  task: 'terminal',
  debug: 'bug',
  git: 'commit',
  run: 'beaker',
  model: 'package',
};

const verbs: Readonly<Record<string, string>> = {
  'window.opened': 'Window opened',
  'file.saved': 'File saved',
  'task.started': 'Task started',
  'task.ended': 'Task ended',
  'debug.started': 'Debugging started',
  'debug.ended': 'Debugging ended',
};

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? clip(value) : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

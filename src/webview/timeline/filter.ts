import { type EventKind, eventKinds, type TimelineFilter } from '../../shared/activity.ts';
import type { Moment } from './moments.ts';

export type TimelineKind = EventKind | 'run';
export const timelineKinds: readonly TimelineKind[] = ['run', ...eventKinds];

export function isFiltered({ kind, project }: TimelineFilter): boolean {
  return kind !== null || project !== null;
}

export function passes({ kind, project }: TimelineFilter, moment: Moment): boolean {
  return (kind === null || kind === moment.kind) && (project === null || project === moment.project);
}

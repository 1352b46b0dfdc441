import { catalogSavedStates, catalogStates } from '../../test/fixtures/catalog.ts';
import { dashboardStates, ownEventStates, savedStates } from '../../test/fixtures/dashboard.ts';
import { limitStates } from '../../test/fixtures/limits.ts';
import { detailStates } from '../../test/fixtures/runDetail.ts';
import { runSavedStates, runStates } from '../../test/fixtures/runs.ts';
import { type PageState, sectionStates } from '../../test/fixtures/sectionStates.ts';
import { sheetStates } from '../../test/fixtures/syncDetails.ts';

export const sections = ['usage', 'plan', 'runs', 'models', 'projects', 'activity'] as const;
/** What a picture shows: one section, the whole page, its first screen, or the sheet over it. */
export const subjects = ['screen', 'page', ...sections, 'sheet'] as const;
export type Subject = (typeof subjects)[number];

export interface GalleryState extends PageState {
  readonly name: string;
  readonly subjects: readonly Subject[];
}

/** Every state of the fixtures, with what is worth a picture in it; one name is one state. */
export function galleryStates(): readonly GalleryState[] {
  const states = new Map<string, GalleryState>();
  const add = (name: string, state: PageState, ...shown: readonly Subject[]): void => {
    if (!states.has(name)) states.set(name, { name, ...state, subjects: shown });
  };
  for (const [name, state] of Object.entries(sectionStates)) add(name, state, ...subjectsOf(name));
  for (const [name, snapshot] of Object.entries(catalogStates))
    add(name, { snapshot, savedState: catalogSavedStates[name] }, 'models', 'projects');
  for (const [name, snapshot] of Object.entries(runStates))
    add(name, { snapshot, savedState: runSavedStates[name] }, 'runs');
  for (const [name, snapshot] of Object.entries(limitStates)) add(name, { snapshot }, 'usage', 'plan');
  for (const [name, state] of Object.entries(sheetStates))
    add(name, { ...state, savedState: { sheet: { kind: 'sync' } } }, 'sheet');
  for (const [name, state] of Object.entries(detailStates)) add(name, state, 'sheet');
  for (const [name, snapshot] of Object.entries(dashboardStates)) {
    const state = { snapshot, savedState: savedStates[name], ownEvents: ownEventStates[name] ?? null };
    add(name, state, ...(otherSubjects[name] ?? activity));
  }
  return [...states.values()];
}

const activity: readonly Subject[] = ['activity'];
const otherSubjects: Readonly<Record<string, readonly Subject[]>> = {
  opened: ['usage', 'runs'],
  limits: ['screen', 'usage', 'plan'],
  hostile: ['page', ...sections],
  connecting: ['page'],
};

function subjectsOf(name: string): readonly Subject[] {
  // What reads the timeline's rows is no component: there is nothing of it to draw again.
  if (name === 'error') return ['page', ...sections.filter((section) => section !== 'activity')];
  return name === 'full' ? ['screen', 'page', ...sections] : ['page', ...sections];
}

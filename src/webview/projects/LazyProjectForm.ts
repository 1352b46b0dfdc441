import { lazy } from '../components/lazy.ts';

/** The form, which few visits need: loaded when it is first opened. */
export const ProjectForm = lazy(async () => (await import('./ProjectForm.tsx')).ProjectForm);

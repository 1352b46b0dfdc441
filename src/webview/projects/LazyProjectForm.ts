import { lazy } from '../components/lazy.ts';

const load = async () => (await import('./ProjectForm.tsx')).ProjectForm;

/** The form, which few visits need and no first content waits for. */
export const ProjectForm = lazy(load);

/** Loads the form ahead, so that it takes what is typed right after it was opened. */
export function prepareProjectForm(): void {
  load().catch(() => {
    // It is loaded again when it is opened, and then tells that it cannot be.
  });
}

import { lazy } from '../components/lazy.ts';

/** The form, which few visits need and no first content waits for. */
export const ProjectForm = lazy(async () => (await import('../later.ts')).ProjectForm);

import { t } from '../../shared/l10n.ts';
import type { ModelAccess } from '../supabase/models.ts';
import type { ProjectAccess } from '../supabase/projects.ts';
import type { RunAccess } from '../supabase/runs.ts';
import type { RequestHandlers } from './handlers.ts';
import { checkFields, checkNewProject } from './projectFields.ts';
import { Refusal } from './refusal.ts';

/** What one account can read and write beside its rows. */
export interface AccountAccess {
  readonly runs: RunAccess;
  readonly models: ModelAccess;
  readonly projects: ProjectAccess;
}

export interface AccountHandlersOptions {
  /** Of the account of the moment; null while nobody is signed in. */
  readonly access: () => AccountAccess | null;
  /** A row was written: it should show soon. */
  readonly written: () => void;
}

/** Does what is asked of the account that is signed in. */
export function accountHandlers(options: AccountHandlersOptions): Omit<RequestHandlers, 'saveFile'> {
  const { access, written } = options;

  /** Whoever has signed in meanwhile sees nothing of another user. */
  const forAccount = async <T>(task: (account: AccountAccess) => Promise<T>): Promise<T> => {
    const account = access();
    if (!account) throw new Refusal(t('Sign in first.'));
    const isSame = () => access() === account;
    const changed = () => new Refusal(t('Another account was signed in meanwhile.'));
    const result = await task(account).catch((error: unknown) => {
      throw isSame() ? error : changed();
    });
    if (!isSame()) throw changed();
    return result;
  };

  const write = async <T>(task: (account: AccountAccess) => Promise<T>): Promise<T> => {
    const result = await forAccount(task);
    written();
    return result;
  };

  return {
    olderRuns: ({ before }) => forAccount(({ runs }) => runs.older(before)),
    olderModels: ({ before }) => forAccount(({ models }) => models.older(before)),
    runConfig: ({ run }) => forAccount(async ({ runs }) => ({ config: await runs.config(run) })),
    runHistory: ({ run, afterStep, maxPoints }) =>
      forAccount(({ runs }) => runs.history(run, afterStep, maxPoints)),
    cancelRun: async ({ run }) => {
      const outcome = await write(({ runs }) => runs.cancel(run));
      if (outcome === 'ended') throw new Refusal(t('This run has already ended.'));
      if (outcome === 'askedBefore')
        throw new Refusal(t('This run was asked to stop before; its script has not stopped yet.'));
      return null;
    },
    createProject: async (fields) => {
      const checked = checkNewProject(fields);
      await write(({ projects }) => projects.create(checked));
      return null;
    },
    updateProject: async ({ id, fields }) => {
      const checked = checkFields(fields);
      await write(({ projects }) => projects.update(id, checked));
      return null;
    },
  };
}

import * as vscode from 'vscode';
import { DisposableStore } from '../../../shared/disposable.ts';
import { listWords, t } from '../../../shared/l10n.ts';
import { problemOf } from '../../platform/problem.ts';
import { problemLine } from '../../words.ts';
import type { StepResult } from '../form.ts';
import type { RemoteProfile } from '../profiles.ts';
import type { Schema } from './backendForm.ts';

/** A backend without all migrations, which is no wrong key: what now? */
export async function askSetUp(
  title: string,
  profile: RemoteProfile,
  found: Schema,
  checkAgain: () => Promise<Schema>,
): Promise<StepResult | 'setUp'> {
  const pick = vscode.window.createQuickPick();
  const store = new DisposableStore();
  store.add(pick);
  const setUp = {
    label: t('$(database) Set Up the Database…'),
    detail: t('Prepares the SQL for you to run, and goes on to sign in as soon as that is done.'),
  };
  const again = { label: t('$(refresh) Check Again') };
  const signIn = {
    label: t('$(sign-in) Sign In Without Them'),
    detail: t('The dashboard stays empty until they are there, and offers to set them up.'),
  };
  pick.title = title;
  pick.ignoreFocusOut = true;
  pick.buttons = [vscode.QuickInputButtons.Back];
  pick.placeholder = schemaWords(profile, found);
  pick.items = [setUp, again, signIn];
  const ended = new Promise<StepResult | 'setUp'>((resolve) => {
    const look = async () => {
      pick.busy = true;
      try {
        const schema = await checkAgain();
        if (schema.kind === 'whole') resolve('next');
        pick.placeholder = schemaWords(profile, schema);
      } catch (error) {
        pick.placeholder = problemLine(problemOf(error));
      }
      pick.busy = false;
    };
    store.add(pick.onDidHide(() => resolve('cancel')));
    store.add(pick.onDidTriggerButton(() => resolve('back')));
    store.add(
      pick.onDidAccept(() => {
        const [answer] = pick.activeItems;
        if (answer === setUp) resolve('setUp');
        else if (answer === signIn) resolve('next');
        else if (answer === again && !pick.busy) void look();
      }),
    );
  });
  pick.show();
  return await ended.finally(() => store.dispose());
}

function schemaWords({ label }: RemoteProfile, schema: Schema): string {
  if (schema.kind === 'part')
    return t(
      '{0} takes the key, but has only a part of what Runglass needs: {1} is missing.',
      label,
      listWords(schema.missing),
    );
  return t('{0} takes the key, but does not have the tables of Runglass yet.', label);
}

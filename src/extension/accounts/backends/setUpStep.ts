import * as vscode from 'vscode';
import { DisposableStore } from '../../../shared/disposable.ts';
import { listWords, t } from '../../../shared/l10n.ts';
import { problemOf } from '../../platform/problem.ts';
import { problemLine } from '../../words.ts';
import type { StepResult } from '../form.ts';
import type { RemoteProfile } from '../profiles.ts';
import type { Schema } from '../types.ts';

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
  const setUp: vscode.QuickPickItem = {
    label: t('$(database) Set Up the Database…'),
    detail: t('Prepares the SQL for you to run, and goes on to sign in as soon as that is done.'),
  };
  const again: vscode.QuickPickItem = { label: t('$(refresh) Check Again') };
  const signIn: vscode.QuickPickItem = {
    label: t('$(sign-in) Sign In Without Them'),
    detail: t('The dashboard stays empty until they are there, and offers to set them up.'),
  };
  pick.title = `${title}: ${profile.label}`;
  pick.ignoreFocusOut = true;
  pick.buttons = [vscode.QuickInputButtons.Back];
  const show = (schema: Schema) => {
    pick.placeholder = schemaWords(schema);
    again.detail = schema.kind === 'part' ? t('Missing: {0}', listWords(schema.missing)) : '';
    pick.items = [setUp, again, signIn];
  };
  show(found);
  const ended = new Promise<StepResult | 'setUp'>((resolve) => {
    const look = async () => {
      pick.busy = true;
      try {
        const schema = await checkAgain();
        if (schema.kind === 'whole') return resolve('next');
        show(schema);
      } catch (error) {
        again.detail = problemLine(problemOf(error));
        pick.items = [setUp, again, signIn];
      }
      pick.activeItems = [again];
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

/** Short: more than a line is not shown. */
function schemaWords({ kind }: Schema): string {
  return kind === 'part'
    ? t('The key is taken, but a part of what Runglass needs is missing.')
    : t('The key is taken, but the tables of Runglass are not there yet.');
}

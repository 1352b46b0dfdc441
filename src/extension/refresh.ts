import * as vscode from 'vscode';
import { t } from '../shared/l10n.ts';
import { viewIds } from './ids.ts';
import { describeError } from './platform/log.ts';
import { problemOf } from './platform/problem.ts';
import { sayFirst } from './platform/sayFirst.ts';
import { showDone } from './platform/showDone.ts';
import { type Checkable, refreshAndCheck } from './refreshNow.ts';
import type { Log } from './sync/types.ts';
import { problemLine } from './words.ts';

export interface RefreshOptions extends Checkable {
  /** Tells the open dashboard that a refresh has begun or ended. */
  readonly setRefreshing: (refreshing: boolean) => void;
  readonly showProblem: (message: string) => void;
  readonly log: Log;
}

/** Brings the rows up to date now, or tries again to connect; tells the user, who has just asked, what went wrong. */
export async function refresh(options: RefreshOptions): Promise<void> {
  const { connection, setRefreshing, showProblem, log } = options;
  await connection.settled();
  const { state } = connection;
  if (state.kind === 'none' || state.kind === 'signedOut') return sayFirst(state.kind);
  setRefreshing(true);
  try {
    await showProgress(refreshAndCheck(options));
    log.info('Refreshed as asked.');
    // Most are done before the progress would show.
    showDone(t('Runglass: all rows are up to date.'));
  } catch (error) {
    log.warn(`The refresh failed: ${describeError(error)}`);
    showProblem(problemLine(problemOf(error)));
  } finally {
    setRefreshing(false);
  }
}

/** In the status bar, and in those of our views that are open. */
async function showProgress(task: Promise<void>): Promise<void> {
  const title = t('Runglass: refreshing…');
  const places = [
    vscode.ProgressLocation.Window,
    ...Object.values(viewIds).map((viewId) => ({ viewId })),
  ] as const;
  // Its failure is told below, once.
  for (const location of places)
    void vscode.window.withProgress({ location, title }, () => task.catch(() => {}));
  await task;
}

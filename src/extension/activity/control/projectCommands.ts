import * as vscode from 'vscode';
import { compareNames, t } from '../../../shared/l10n.ts';
import type { ProjectRow } from '../../../shared/model.ts';
import { settings } from '../../ids.ts';
import { oneLine, withoutIcons } from '../../markdown.ts';
import { describeError } from '../../platform/log.ts';
import { showProblem } from '../../platform/showProblem.ts';
import type { Log } from '../../sync/types.ts';
import { withoutLinks } from '../../words.ts';
import { settingFor } from './project.ts';

/** Of a setting in a message, characters: more than a project's name or id has. */
const longestShown = 100;

interface Choice extends vscode.QuickPickItem {
  /** What to write; undefined removes the setting. */
  readonly value: string | undefined;
}

/** Lets the user choose the project that events of this workspace belong to, and writes it into the workspace's settings. */
export async function chooseProject(
  projects: readonly ProjectRow[],
  current: string | null,
  log: Log,
): Promise<void> {
  if (!vscode.workspace.workspaceFolders?.length)
    return inform(t('Open a folder first: the project is kept in the settings of its workspace.'));
  if (projects.length === 0)
    return inform(t('There is no project yet, or you are not signed in: create one in your backend first.'));
  const choice = await vscode.window.showQuickPick(choices(projects, current), {
    title: t('Project of This Workspace'),
    placeHolder: t('Events of this workspace belong to this project'),
    matchOnDescription: true,
  });
  if (choice) await write(choice.value, log);
}

/** Makes a project that of this workspace. */
export async function useProject(id: string, projects: readonly ProjectRow[], log: Log): Promise<void> {
  const project = projects.find((other) => other.id === id);
  if (!project) return inform(t('This project is not there any more.'));
  if (!vscode.workspace.workspaceFolders?.length)
    return inform(t('Open a folder first: the project is kept in the settings of its workspace.'));
  await write(settingFor(project, projects), log);
}

/** Undefined removes the setting. */
async function write(value: string | undefined, log: Log): Promise<void> {
  try {
    const target = vscode.ConfigurationTarget.Workspace;
    await vscode.workspace.getConfiguration().update(settings.project, value, target);
  } catch (error) {
    log.error(`The setting ${settings.project} cannot be written: ${describeError(error)}`);
    showProblem(t('The project is NOT set: the settings of this workspace cannot be written.'));
  }
}

/** Says that the setting names no project, once for each value; the user can choose another. */
export async function warnOfUnknownProject(setting: string, choose: () => unknown): Promise<void> {
  const button = t('Choose Project');
  const message = t(
    'Runglass: the setting runglass.project says "{0}", which is not the name or id of exactly one of your projects. Events of this workspace belong to no project until it is.',
    // Anybody's who wrote the settings of this workspace, trusted or not.
    withoutLinks(oneLine(setting, longestShown)),
  );
  if ((await vscode.window.showWarningMessage(message, button)) === button) choose();
}

function choices(projects: readonly ProjectRow[], current: string | null): readonly Choice[] {
  const sorted = projects.toSorted((a, b) => compareNames(a.name, b.name));
  return [
    ...sorted.map((project) => ({
      label: withoutIcons(oneLine(project.name, 200)),
      description: project.id === current ? t('current') : '',
      value: settingFor(project, projects),
    })),
    { label: '', kind: vscode.QuickPickItemKind.Separator, value: undefined },
    { label: t('The one that is called like the folder'), value: undefined },
  ];
}

function inform(message: string): void {
  void vscode.window.showInformationMessage(`Runglass: ${message}`);
}

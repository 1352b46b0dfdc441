import * as vscode from 'vscode';

const shows = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const;

/**
 * What the user is told while `task` runs, in notifications and in the status bar. `press` names the button that they
 * press on a notification; without one it stays as it is.
 */
export async function messagesOf(
  task: () => unknown,
  press: (message: string) => string | undefined = () => undefined,
): Promise<string[]> {
  const { window } = vscode;
  const { showInformationMessage, showWarningMessage, showErrorMessage, setStatusBarMessage } = window;
  const told: string[] = [];
  const show = async (message: string) => {
    told.push(message);
    return press(message);
  };
  Object.assign(window, Object.fromEntries(shows.map((name) => [name, show])), {
    setStatusBarMessage: (message: string) => void told.push(message),
  });
  try {
    await task();
  } finally {
    Object.assign(window, {
      ...{ showInformationMessage, showWarningMessage, showErrorMessage, setStatusBarMessage },
    });
  }
  return told;
}

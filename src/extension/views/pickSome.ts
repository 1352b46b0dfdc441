import * as vscode from 'vscode';

export interface PickSomeOptions {
  readonly title: string;
  readonly placeholder: string;
  readonly least: number;
  readonly most: number;
}

/** Has the user pick `least` to `most` of a list, which takes neither more nor fewer; null when it was left. */
export async function pickSome<C extends vscode.QuickPickItem>(
  choices: readonly C[],
  { title, placeholder, least, most }: PickSomeOptions,
): Promise<readonly C[] | null> {
  const list = vscode.window.createQuickPick<C>();
  Object.assign(list, { title, placeholder, items: choices, canSelectMany: true, matchOnDescription: true });
  let picked: readonly C[] = [];
  list.onDidChangeSelection((items) => {
    if (items.length <= most) picked = items;
    else list.selectedItems = picked;
  });
  try {
    return await new Promise((resolve) => {
      list.onDidAccept(() => picked.length >= least && resolve(picked));
      list.onDidHide(() => resolve(null));
      list.show();
    });
  } finally {
    list.dispose();
  }
}

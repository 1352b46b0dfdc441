import { measureJournal } from './activity/journal.ts';
import { measureEditor } from './activity/vscode.ts';
import type { Measure } from './rows.ts';

/** What it costs to report what happens in the editor. */
export const measure: Measure = async (say) => {
  say('the outbox');
  const journal = await measureJournal();
  say('typing and saving in VS Code');
  return [...journal, ...(await measureEditor(say))];
};

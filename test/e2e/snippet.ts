import { spawn } from 'node:child_process';
import type { Locator } from 'playwright-core';
import type { RunglassWindow } from '../support/workbench.ts';
import { poll } from './poll.ts';

/** The languages of the snippets as the quick pick calls them. */
export type SnippetName = 'Python' | 'Python + supabase-py' | 'JavaScript' | 'curl';

/** Copies a snippet as a user does and answers what is then on the clipboard; its notification stays. */
export async function copySnippet({ workbench }: RunglassWindow, name: SnippetName): Promise<string> {
  const { page } = workbench;
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await workbench.commandAndPick('Runglass: Log a Run from Your Script…', name);
  const read = () => page.evaluate(() => navigator.clipboard.readText());
  await poll('the snippet on the clipboard', async () => (await read()) !== '');
  return await read();
}

/** Opens what is behind the bell, and answers a message of it, which then has the focus. */
export async function findMessage(window: RunglassWindow, text: string): Promise<Locator> {
  const message = await seeMessage(window, text);
  await message.click();
  return message;
}

/** Opens what is behind the bell, where a window that nobody sees keeps what it tells, until a message is there. */
export async function seeMessage(
  { workbench: { page } }: RunglassWindow,
  text: string | RegExp,
  ms?: number,
): Promise<Locator> {
  const center = page.locator('.notifications-center.visible');
  const message = center.locator('.notification-list-item', { hasText: text });
  // Opened before there is anything in it, it may close again.
  await poll(
    `"${text}" behind the bell`,
    async () => {
      if (!(await center.isVisible())) {
        await page.locator('[id="status.notifications"]').click();
        await center.waitFor({ timeout: 5_000 }).catch(() => {});
      }
      return message.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
    },
    ms,
  );
  return message;
}

/** Presses a button of a message, or clears it. */
export async function answerMessage(message: Locator, button: string | null): Promise<void> {
  if (button === null) await message.page().keyboard.press('Delete');
  else await message.getByRole('button', { name: button }).click();
  await message.waitFor({ state: 'detached' });
}

/** Runs a snippet for curl in a shell, or one for `python3` or `node` as those read it; rejects when it fails. */
export function runSnippet(text: string, program: 'bash' | 'python3' | 'node' = 'bash'): Promise<void> {
  const args = program === 'node' ? ['--input-type=module', '-'] : ['-'];
  const child = spawn(program, program === 'bash' ? [] : args, { stdio: ['pipe', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  // A program may end before it has read all; what it did is told by how it ended.
  child.stdin.on('error', () => {}).end(text);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}: ${stderr}`)),
    );
  });
}

import { isReadableOnTheWay } from '../../src/extension/accounts/address.ts';
import type { RunglassWindow } from '../support/workbench.ts';
import type { Stack } from './stack.ts';

/**
 * One step of the sign-in form, found by its prompt: types `value` and presses Enter, in its field whatever has the focus:
 * on a busy machine a page gets it back from the list before when the form is there already.
 */
export async function answer(window: RunglassWindow, prompt: RegExp, value: string): Promise<void> {
  const { page, quickInput } = window.workbench;
  // In the message: the rows of the step before may have the same words.
  await page
    .locator('.quick-input-widget:visible .quick-input-message')
    .filter({ hasText: prompt })
    .waitFor();
  await quickInput.fill(value);
  await quickInput.press('Enter');
}

/** The step of the form that asks how. */
export async function chooseWay(window: RunglassWindow, way: RegExp): Promise<void> {
  await window.workbench.page
    .locator('.quick-input-widget')
    .filter({ has: window.workbench.page.getByPlaceholder('How do you want to sign in?') })
    .waitFor();
  await window.workbench.quickPick(way).click();
}

/** Goes through the form up to the question how to sign in. */
export async function enterBackend(window: RunglassWindow, stack: Pick<Stack, 'url' | 'publishableKey'>) {
  await window.status.waitFor({ timeout: 60_000 });
  await window.workbench.command('Runglass: Sign In');
  await answer(window, /Project URL/, stack.url);
  // Of what everybody can read on the way it warns first.
  if (isReadableOnTheWay(stack.url)) await answer(window, /http:/, stack.url);
  await answer(window, /key/i, stack.publishableKey);
}

/** Goes through the form up to the password, which is left to the caller. */
export async function enterAccount(window: RunglassWindow, stack: Stack): Promise<void> {
  await enterBackend(window, stack);
  await chooseWay(window, /password/);
  await answer(window, /E-mail/, stack.user.email);
}

/** Signs in with the form as a user would, reporting nothing. */
export async function signInWithForm(window: RunglassWindow, stack: Stack): Promise<void> {
  await enterAccount(window, stack);
  await answer(window, /Password/, stack.user.password);
  await window.workbench.quickPick(/^No\b/).click();
}

import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { answer, enterAccount } from './signIn.ts';
import { openStack, type Stack } from './stack.ts';

describe('signing in to a backend by its URL', () => {
  let stack: Stack;
  let host: VscodeHost;
  let window: RunglassWindow;

  before(async function () {
    this.timeout(180_000);
    stack = await openStack();
    host = await openVscode();
    window = await host.open();
  });

  after(async function () {
    this.timeout(120_000);
    try {
      await host?.dispose();
    } finally {
      await stack?.dispose();
    }
  });

  const message = () => window.workbench.page.locator('.quick-input-message');

  it('refuses what is no URL, in the form', async () => {
    await window.status.waitFor({ timeout: 60_000 });
    await window.workbench.command('Runglass: Sign In');
    await answer(window, /Project URL/, 'example');
    await message().filter({ hasText: 'Enter a URL' }).waitFor();
    await window.workbench.quickInput.press('Escape');
  });

  it('says that a wrong key is wrong before it asks for a password', async () => {
    await window.workbench.command('Runglass: Sign In');
    await answer(window, /Project URL/, stack.url);
    await answer(window, /key/i, 'sb_publishable_wrong');
    await message().filter({ hasText: 'does not accept this key' }).waitFor();
    await window.screenshot('sign-in-wrong-key');
    await window.workbench.quickInput.press('Escape');
  });

  it('says that a password is wrong and keeps the form open', async () => {
    await enterAccount(window, stack);
    await answer(window, /Password/, 'wrong password');
    await message().filter({ hasText: 'The e-mail or the password is wrong.' }).waitFor();
  });

  it('goes on with the right password, and the dashboard is live', async () => {
    await window.workbench.quickInput.fill(stack.user.password);
    await window.workbench.quickInput.press('Enter');
    await window.workbench.quickPick(/^No\b/).click();
    await window.openDashboard();
    await window.connection('live').waitFor({ timeout: 60_000 });
    await window.dashboard.getByText(stack.user.email).first().waitFor();
  });

  it('is still signed in after a reload', async () => {
    await window.workbench.reload();
    await window.connection('live').waitFor({ timeout: 60_000 });
  });

  it('signs out', async () => {
    await window.workbench.command('Runglass: Sign Out');
    await window.connection('signedOut').waitFor();
    await window.dashboard.locator('[data-command="signIn"]').first().waitFor();
    await window.workbench.reload();
    await window.connection('signedOut').waitFor({ timeout: 60_000 });
  });
});

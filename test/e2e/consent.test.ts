import assert from 'node:assert/strict';
import { useWindowBehindProxy } from './behindProxy.ts';
import { answer } from './signIn.ts';

describe('events of the editor, with a backend by its URL', () => {
  const setup = useWindowBehindProxy();

  const sent = () => setup.proxy.requests.filter((path) => path.includes('log_ide_sync_events')).length;
  const agree = () => setup.window.section('activity').locator('[data-command="agreeToActivity"]');

  /** The queue of events is emptied by signing out, whatever its pause. */
  async function signOutAndIn(): Promise<void> {
    await setup.window.workbench.command('Runglass: Sign Out');
    await setup.window.connection('signedOut').waitFor();
    await signIn();
  }

  async function signIn(): Promise<void> {
    await setup.window.workbench.command('Runglass: Sign In');
    await answer(setup.window, /E-mail/, setup.stack.user.email);
    await answer(setup.window, /Password/, setup.stack.user.password);
    await setup.window.workbench.quickPick(/^No\b/).click();
    await setup.window.connection('polling').waitFor({ timeout: 60_000 });
  }

  it('are not sent before the user agrees', async function () {
    this.timeout(120_000);
    await agree().waitFor();
    await signOutAndIn();
    assert.equal(sent(), 0);
  });

  it('are not sent after a reload, nor when the user declines', async function () {
    this.timeout(120_000);
    await setup.window.workbench.reload();
    await setup.window.connection('polling').waitFor({ timeout: 60_000 });
    await agree().click();
    await setup.window.workbench.quickPick(/^No\b/).click();
    await signOutAndIn();
    assert.equal(sent(), 0);
  });

  it('are sent once the user agrees', async function () {
    this.timeout(120_000);
    await agree().click();
    await setup.window.workbench.quickPick(/^Yes\b/).click();
    await agree().waitFor({ state: 'detached' });
    await setup.window.workbench.command('Runglass: Sign Out');
    await setup.window.connection('signedOut').waitFor();
    assert.equal(sent(), 1);
  });

  it('are not sent because another window has chosen a backend that needs no consent', async function () {
    this.timeout(180_000);
    const before = sent();
    await signIn();
    const other = await setup.openBeside();
    await other.status.waitFor({ timeout: 60_000 });
    await other.workbench.command('Runglass: Select Backend');
    await other.workbench.quickPick(/Local backend/).click();
    await other.openDashboard();
    await other.connection('live').waitFor({ timeout: 60_000 });
    // Has every window look at its settings and at the consent again.
    await other.workbench.command('Runglass: Pause Editor Activity');
    await other.section('activity').locator('[data-command="resumeActivity"]').first().waitFor();
    await other.workbench.command('Runglass: Resume Editor Activity');
    await other
      .section('activity')
      .locator('[data-command="resumeActivity"]')
      .first()
      .waitFor({ state: 'detached' });
    await setup.window.workbench.command('Runglass: Refresh');
    await setup.window.workbench.command('Runglass: Send Editor Activity Now');
    const { page } = setup.window.workbench;
    await page
      .locator('.notifications-toasts')
      .getByText(/you have not agreed/)
      .waitFor();
    await setup.window.workbench.command('Notifications: Clear All Notifications');
    assert.equal(sent(), before);
  });
});

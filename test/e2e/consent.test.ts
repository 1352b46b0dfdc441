import assert from 'node:assert/strict';
import { useWindowBehindProxy } from './behindProxy.ts';
import { answer, chooseWay } from './signIn.ts';

describe('events of the editor, with a backend by its URL', () => {
  const setup = useWindowBehindProxy();

  const sent = () => setup.proxy.requests.filter((path) => path.includes('log_ide_sync_events')).length;
  const agree = () => setup.window.section('activity').locator('[data-command="agreeToActivity"]');

  /** The queue of events is emptied by signing out, whatever its pause. */
  async function signOutAndIn(): Promise<void> {
    await setup.window.workbench.command('Runglass: Sign Out');
    await setup.window.connection('signedOut').waitFor();
    await setup.window.workbench.command('Runglass: Sign In');
    await chooseWay(setup.window, /password/);
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
    assert.ok(sent() > 0);
  });
});

import { useWindowBehindProxy } from './behindProxy.ts';
import { done } from './stack.ts';

describe('a window that was reloaded while its backend is silent', () => {
  const setup = useWindowBehindProxy();

  it('shows the rows of last time, and says that they are saved ones', async function () {
    this.timeout(150_000);
    const { stack, proxy, window } = setup;
    const row = () => window.section('projects').filter({ hasText: 'of last time' });
    await done(stack.admin.from('projects').insert({ user_id: stack.userId, name: 'of last time' }));
    await window.workbench.command('Runglass: Refresh');
    await row().waitFor({ timeout: 20_000 });
    proxy.stall();
    await window.workbench.reload();
    const saved = window.dashboard
      .locator('[data-connection]')
      .filter({ hasText: /showing saved data from/ });
    await saved.waitFor({ timeout: 60_000 });
    await row().waitFor();
    await window.status
      .and(window.workbench.page.locator('[aria-label*="showing saved data from"]'))
      .waitFor();
    await saved.click();
    const standing = window.dashboard.locator('dialog[open] [data-details="standing"]');
    await standing.filter({ hasText: /showing saved data from/ }).waitFor();
    await window.screenshot('saved-rows');
    proxy.heal();
    await standing.filter({ hasNotText: /saved/ }).waitFor({ timeout: 60_000 });
  });
});

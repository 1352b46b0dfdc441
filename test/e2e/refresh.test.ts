import { useWindowBehindProxy } from './behindProxy.ts';
import { done } from './stack.ts';

/** Under the 30 s after which a dashboard without a socket pulls by itself. */
const promptMs = 15_000;

describe('where no WebSocket gets through', () => {
  const setup = useWindowBehindProxy();

  const insert = (name: string) =>
    done(setup.stack.admin.from('projects').insert({ user_id: setup.stack.userId, name }));

  it('the command Refresh brings what changed', async () => {
    await insert('by command');
    await setup.window.workbench.command('Runglass: Refresh');
    await setup.window.section('projects').filter({ hasText: 'by command' }).waitFor({ timeout: promptMs });
  });

  it('the button Refresh brings what changed', async () => {
    await insert('by button');
    await setup.window.dashboard.locator('[data-command="refresh"]').first().click();
    await setup.window.section('projects').filter({ hasText: 'by button' }).waitFor({ timeout: promptMs });
  });
});

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { AuthServer } from '../fakes/authServer/authServer.ts';
import { makeClient } from '../support/backend.ts';
import { readIfThere } from '../support/readIfThere.ts';
import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { poll } from './poll.ts';
import { answer, chooseWay, enterBackend } from './signIn.ts';
import { done, type EmbeddedStack, startEmbedded } from './stack.ts';

/** Another host, as that of a provider is. */
const providerOrigin = 'http://provider.test';

describe('accounts, with the Auth of a hosted project in front of an embedded backend', () => {
  let stack: EmbeddedStack;
  let auth: AuthServer;
  /** Of the same backend. */
  const second = { email: 'second@example.com', password: 'of the second user' };
  let host: VscodeHost;
  let window: RunglassWindow;

  before(async function () {
    this.timeout(180_000);
    stack = await startEmbedded();
    const { jwtSecret } = JSON.parse(readFileSync(path.join(stack.dataFolder, 'secrets.json'), 'utf8'));
    auth = await AuthServer.start({
      backend: { url: stack.url, jwtSecret },
      publishableKey: stack.publishableKey,
      providers: ['github'],
      mailPause: 0,
    });
    auth.accounts.addUser({ id: stack.userId, ...stack.user });
    const { data } = await makeClient(stack.url, stack.publishableKey).auth.signUp(second);
    const secondId = data.user?.id ?? assert.fail('no user');
    auth.accounts.addUser({ id: secondId, ...second });
    await done(stack.admin.from('projects').insert({ user_id: secondId, name: 'of-the-second' }));
    await done(stack.admin.from('projects').insert({ user_id: stack.userId, name: 'of-this-account' }));
    auth.providerPage = `${providerOrigin}/provider`;
    // The form alone is to stay while the browser has the focus.
    host = await openVscode({ 'workbench.quickOpen.closeOnFocusLost': true });
    window = await host.open();
    // VS Code takes an address of this machine for one of the server's, and would forward a port for it.
    await window.workbench.page.context().route(`${providerOrigin}/**`, async (route) => {
      const url = new URL(route.request().url());
      const answer = await fetch(`${auth.url}${url.pathname}${url.search}`, { redirect: 'manual' });
      const headers = Object.fromEntries(answer.headers);
      await route.fulfill({ status: answer.status, headers, body: await answer.text() });
    });
    await window.openDashboard();
  });

  after(async function () {
    this.timeout(120_000);
    try {
      await host?.dispose();
    } finally {
      await auth?.stop();
      await stack?.dispose();
    }
  });

  const backend = () => ({ url: auth.url, publishableKey: stack.publishableKey });
  const page = () => window.workbench.page;
  const form = (text: RegExp) => page().locator('.quick-input-widget:visible').filter({ hasText: text });
  const row = (of = window) => of.section('projects').filter({ hasText: 'of-this-account' });

  /** Chooses a provider, and returns the tab that VS Code opens for it. */
  async function chooseProvider(): Promise<Page> {
    const opened = page().context().waitForEvent('page');
    await chooseWay(window, /GitHub/);
    await page().locator('.monaco-dialog-box').getByRole('button', { name: 'Open', exact: true }).click();
    const tab = await opened;
    await tab.getByText('Deny').waitFor();
    return tab;
  }

  async function enterPassword({ email, password }: { readonly email: string; readonly password: string }) {
    await chooseWay(window, /password/);
    await answer(window, /E-mail/, email);
    await answer(window, /Password/, password);
  }

  /** By the form that adds a backend, which is there while somebody is signed in. */
  async function signInOverIt(user: typeof second): Promise<void> {
    await window.workbench.command('Runglass: Add Backend…');
    await answer(window, /Project URL/, auth.url);
    await answer(window, /key/i, stack.publishableKey);
    await enterPassword(user);
    await declineReports();
  }

  async function declineReports(of = window): Promise<void> {
    await of.workbench.quickPick(/^No\b/).click();
  }

  async function signOut(): Promise<void> {
    const before = auth.accounts.sessionCount;
    await window.workbench.command('Runglass: Sign Out');
    await window.connection('signedOut').waitFor();
    await sessionsAre(before - 1);
  }

  /** The server is told of an end after the page. */
  const sessionsAre = (count: number) =>
    poll(`the server has ${count} sessions`, async () => auth.accounts.sessionCount === count);

  it('a provider: the browser leads back, and the dashboard is live', async function () {
    this.timeout(120_000);
    await enterBackend(window, backend());
    const tab = await chooseProvider();
    await window.screenshot('sign-in-browser');
    await tab.getByText(`Continue as ${stack.user.email}`).click();
    await declineReports();
    await window.connection('live').waitFor({ timeout: 60_000 });
    await row().waitFor();
    await tab.close();
    await signOut();
  });

  it('a form that another one is opened over: the browser leads back all the same', async function () {
    this.timeout(120_000);
    await window.workbench.command('Runglass: Sign In');
    const tab = await chooseProvider();
    await page().keyboard.press('F1');
    await page().keyboard.press('Escape');
    await poll('it is told', async () =>
      (await window.workbench.notifications()).some((told) => told.includes('goes on when the browser')),
    );
    await tab.getByText(`Continue as ${stack.user.email}`).click();
    await declineReports();
    await window.connection('live').waitFor({ timeout: 60_000 });
    await tab.close();
    await window.workbench.command('Notifications: Clear All Notifications');
    await signOut();
  });

  it('a form that is left in its last step: the server keeps no session for it', async function () {
    this.timeout(60_000);
    const before = auth.accounts.sessionCount;
    await window.workbench.command('Runglass: Sign In');
    await enterPassword(stack.user);
    await page()
      .getByPlaceholder(/May Runglass send/)
      .waitFor();
    assert.equal(auth.accounts.sessionCount, before + 1);
    await page().locator('.quick-input-widget:visible').getByRole('button', { name: /^Back/ }).click();
    await form(/Password of/).waitFor();
    await window.workbench.quickInput.press('Escape');
    await sessionsAre(before);
  });

  it('a provider that says no: the form says so, and goes on', async function () {
    this.timeout(120_000);
    await window.workbench.command('Runglass: Sign In');
    const tab = await chooseProvider();
    await tab.getByText('Deny').click();
    await form(/declined in the browser/).waitFor();
    await window.screenshot('sign-in-declined');
    await tab.close();
    await window.workbench.quickInput.press('Escape');
  });

  it('a browser that does not lead back: the address at which it ended is pasted', async function () {
    this.timeout(120_000);
    await window.workbench.command('Runglass: Sign In');
    const tab = await chooseProvider();
    // What a server does with an address that its list does not have.
    const state = new URL(tab.url()).searchParams.get('state') ?? '';
    const flow = auth.accounts.flow(state) ?? assert.fail('no flow');
    const user = auth.accounts.find(stack.user.email) ?? assert.fail('no user');
    await tab.close();
    await answer(window, /Go on in the browser/, 'https://site.example/#access_token=a.b.c');
    await form(/Paste the address/).waitFor();
    await window.workbench.quickInput.fill(`${auth.url}/?code=${auth.accounts.complete(flow, user)}`);
    await window.workbench.quickInput.press('Enter');
    await declineReports();
    await window.connection('live').waitFor({ timeout: 60_000 });
    await signOut();
  });

  it('the code of a mail, of which a wrong one is told', async function () {
    this.timeout(120_000);
    await window.workbench.command('Runglass: Sign In');
    await chooseWay(window, /code or a link/);
    await answer(window, /E-mail/, 'nobody@example.com');
    await form(/no account with this e-mail/).waitFor();
    await window.workbench.quickInput.fill(stack.user.email);
    await window.workbench.quickInput.press('Enter');
    await answer(window, /A mail has been sent/, '000000');
    await form(/is wrong, was used, or is too old/).waitFor();
    await window.screenshot('sign-in-code');
    await window.workbench.quickInput.fill(auth.accounts.mails.at(-1)?.code ?? '');
    await window.workbench.quickInput.press('Enter');
    await declineReports();
    await window.connection('live').waitFor({ timeout: 60_000 });
    await signOut();
  });

  it('the link of a mail, opened in a browser', async function () {
    this.timeout(120_000);
    await window.workbench.command('Runglass: Sign In');
    await chooseWay(window, /code or a link/);
    await answer(window, /E-mail/, stack.user.email);
    await form(/A mail has been sent/).waitFor();
    const tab = await page().context().newPage();
    await tab.goto(auth.accounts.mails.at(-1)?.link ?? '');
    await declineReports();
    await tab.close();
    await window.connection('live').waitFor({ timeout: 60_000 });
  });

  it('is in the Accounts menu, and signs out from there: nothing of it stays on disk', async function () {
    this.timeout(180_000);
    const other = await host.open(window);
    await other.openDashboard();
    await other.connection('live').waitFor({ timeout: 60_000 });
    await row(other).waitFor();
    await saveRows(other);
    const { email } = stack.user;
    const before = auth.accounts.sessionCount;
    await page()
      .locator('.activitybar .action-item')
      .filter({ has: page().getByLabel('Accounts') })
      .click();
    const menu = page().locator('.monaco-menu');
    await menu.getByText(email).first().hover();
    await window.screenshot('accounts-menu');
    await menu.getByText('Sign Out').click();
    await page().locator('.monaco-dialog-box').getByRole('button', { name: 'Sign Out' }).click();
    await window.connection('signedOut').waitFor();
    await row().waitFor({ state: 'detached' });
    await sessionsAre(before - 1);
    // In a browser, VS Code tells no window of secrets that another one has changed. The server does.
    await other.workbench.command('Runglass: Refresh');
    await other.connection('signedOut').waitFor();
    await row(other).waitFor({ state: 'detached' });
    await other.workbench.page.close();
    await poll('no rows are saved any more', async () => rows().length === 0);
    // E-mail, rows, id of the user, tokens and password.
    await leavesNothing(email, 'of-this-account', stack.userId, 'eyJhbGci', stack.user.password);
  });

  it('ended elsewhere is noticed with a refresh: no row is shown any more, and why', async function () {
    this.timeout(120_000);
    await window.workbench.command('Runglass: Sign In');
    await enterPassword(stack.user);
    await declineReports();
    await row().waitFor({ timeout: 60_000 });
    auth.accounts.endSessions(stack.user.email);
    await window.workbench.command('Runglass: Refresh');
    await window.connection('signedOut').waitFor();
    await window.dashboard.getByText('Your session has ended.').first().waitFor();
    await row().waitFor({ state: 'detached' });
    await window.screenshot('session-ended');
    await page().reload();
    await window.dashboard.getByText('Your session has ended.').first().waitFor({ timeout: 60_000 });
  });

  it('comes back after the window that asked was reloaded: this window goes on with it', async function () {
    this.timeout(120_000);
    await window.workbench.command('Runglass: Sign In');
    const tab = await chooseProvider();
    await page().reload();
    await window.connection('signedOut').waitFor({ timeout: 60_000 });
    // As a new start of the desktop would be asked, which has no memory of what its windows waited for.
    const state = new URL(tab.url()).searchParams.get('state') ?? '';
    const flow = auth.accounts.flow(state) ?? assert.fail('no flow');
    const asked = new URL(flow.redirectTo).searchParams.get('vscode-query') ?? '';
    await tab.close();
    const user = auth.accounts.find(stack.user.email) ?? assert.fail('no user');
    await openAddress(`${asked}&code=${auth.accounts.complete(flow, user)}`);
    await declineReports();
    await window.connection('live').waitFor({ timeout: 60_000 });
    await signOut();
  });

  it('an address that nobody asked for has no effect', async function () {
    this.timeout(60_000);
    const requests = auth.requests.length;
    await openAddress('state=of-nobody&code=a-code-of-somebody-else');
    // A VS Code that nobody sees keeps them behind the bell.
    await poll('it is told', async () =>
      (await window.workbench.notifications()).some((told) => told.includes('nobody asked here')),
    );
    assert.equal(auth.requests.length, requests);
    await window.workbench.command('Notifications: Clear All Notifications');
  });

  it('another user takes the place of the first, of whom nothing stays, here or on the server', async function () {
    this.timeout(240_000);
    await window.workbench.command('Runglass: Sign In');
    await enterPassword(stack.user);
    await declineReports();
    await row().waitFor({ timeout: 60_000 });
    await saveRows();
    const before = auth.accounts.sessionCount;
    await signInOverIt(second);
    await row().waitFor({ state: 'detached' });
    await window.connection('live').waitFor({ timeout: 60_000 });
    await sessionsAre(before);
    await leavesNothing(stack.user.email, stack.userId, 'of-this-account');
    // Also where another backend is chosen, and nothing of this one is open.
    await saveRows();
    await window.workbench.command('Runglass: Use Local Backend');
    const chosen = window.dashboard.locator('[data-command="selectBackend"]');
    // Live it was before, of the other one.
    await chosen.filter({ hasText: 'Local backend' }).waitFor({ timeout: 60_000 });
    await window.connection('live').waitFor({ timeout: 60_000 });
    const [saved] = rows();
    await signInOverIt(stack.user);
    await row().waitFor({ timeout: 60_000 });
    await sessionsAre(before);
    assert.ok(saved, 'saved rows');
    await poll('the saved rows are gone', async () => !rows().includes(saved));
    await leavesNothing(second.email, 'of-the-second');
  });

  /** Files in which rows are saved for the next start. */
  function rows(): string[] {
    return globSync('**/globalStorage/runglass.runglass/rows/*.json', { cwd: host.profile.root });
  }

  /** A window saves the rows at its end, while it goes on only once in 30 s. */
  async function saveRows(of = window): Promise<void> {
    await of.workbench.reload();
    await poll('rows are saved', async () => rows().length > 0, 60_000);
    await of.connection('live').waitFor({ timeout: 60_000 });
  }

  /** Has VS Code open an address of ours with `query`, as a link in another program does. */
  async function openAddress(query: string): Promise<void> {
    await window.workbench.command('Developer: Open URL');
    await window.workbench.quickInput.fill(`code-oss://runglass.runglass/auth/callback?${query}`);
    await window.workbench.quickInput.press('Enter');
    await page().locator('.monaco-dialog-box').getByRole('button', { name: 'Open' }).click();
  }

  /** No file of the profile has one of the texts in the end: files go after the page has said so. */
  async function leavesNothing(...texts: readonly string[]): Promise<void> {
    const left = () => texts.flatMap((text) => filesWith(text).map((file) => `${text} in ${file}`));
    await poll('files with nothing of the account', async () => left().length === 0).catch(() =>
      assert.deepEqual(left(), []),
    );
  }

  /** Files of the profile in which a text is, in any encoding that leaves it readable. */
  function filesWith(text: string): string[] {
    return globSync('**/*', { cwd: host.profile.root, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => readIfThere(file)?.includes(text));
  }
});

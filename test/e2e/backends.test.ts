import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setUpSql } from '../../src/extension/accounts/setUp/bundle.ts';
import { type OwnTables, startOwnTables } from '../support/ownTables.ts';
import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { poll } from './poll.ts';
import { answer, chooseWay } from './signIn.ts';
import { done, type EmbeddedStack, startEmbedded } from './stack.ts';

const hostOf = ({ url }: { readonly url: string }) => new URL(url).host;

/** The door for SQL has a transaction of its own. */
const inside = (sql: string) => sql.replace('\nbegin;\n', '\n').replace(/\ncommit;\n$/, '\n');

describe('several backends', function () {
  this.timeout(120_000);
  let work: EmbeddedStack;
  let home: EmbeddedStack;
  let bare: OwnTables;
  let host: VscodeHost;
  let window: RunglassWindow;

  before(async function () {
    this.timeout(240_000);
    work = await startEmbedded();
    home = await startEmbedded();
    bare = await startOwnTables();
    await bare.sql(readFileSync('supabase/remove.sql', 'utf8'));
    for (const [stack, name] of [
      [work, 'project at work'],
      [home, 'project at home'],
    ] as const) {
      await done(stack.script.from('projects').insert({ name }));
      await done(stack.script.from('training_runs').insert({ name: `${name}, run`, status: 'running' }));
    }
    host = await openVscode({ 'runglass.statusBar.display': 'text' });
    window = await host.open();
    await window.openEmbedded();
  });

  after(async function () {
    this.timeout(120_000);
    try {
      await host?.dispose();
    } finally {
      await Promise.all([work?.dispose(), home?.dispose(), bare?.stop()]);
    }
  });

  const message = () => window.workbench.page.locator('.quick-input-message');
  const names = async (shown: RunglassWindow) =>
    (await shown.section('projects').locator('[data-id]').allInnerTexts()).join();

  /** Everything on screen is of the backend whose rows have `mine` in them, and none of `others`. */
  async function assertShows(
    shown: RunglassWindow,
    label: string,
    mine: string | null,
    ...others: readonly string[]
  ) {
    await shown.dashboard.locator('[data-command="selectBackend"]').filter({ hasText: label }).waitFor();
    await shown.connection('live').waitFor({ timeout: 60_000 });
    if (mine) await shown.section('projects').locator('[data-id]').filter({ hasText: mine }).waitFor();
    const page = (await shown.dashboard.locator('body').textContent()) ?? '';
    for (const other of others) assert.ok(!page.includes(other), `${other} on the page`);
    // Trees are drawn a moment later.
    await poll(`only rows of ${label} beside the page`, async () => {
      const sideBar = await shown.workbench.page.locator('.part.sidebar').textContent();
      const told = `${sideBar} ${await shown.status.getAttribute('aria-label')}`;
      return !others.some((other) => told.includes(other));
    });
  }

  /** Looks at the page whenever it changes: rows of one backend below the name of another are kept in `mixed`. */
  async function watchPage(): Promise<void> {
    const owners = [
      { label: hostOf(work), row: 'project at work' },
      { label: hostOf(home), row: 'project at home' },
    ];
    await window.dashboard.locator('body').evaluate((body, rows) => {
      const mixed: string[] = [];
      Object.assign(globalThis, { mixed });
      new MutationObserver(() => {
        const shown = body.querySelector('[data-command="selectBackend"]')?.textContent ?? '';
        for (const { label, row } of rows)
          if (!shown.includes(label) && body.textContent?.includes(row)) mixed.push(`${row} below ${shown}`);
      }).observe(body, { subtree: true, childList: true, characterData: true });
    }, owners);
  }
  const mixed = () =>
    window.dashboard.locator('body').evaluate(() => (globalThis as { mixed?: readonly string[] }).mixed);

  async function select(row: RegExp): Promise<void> {
    await window.workbench.commandAndPick('Runglass: Select Backend', row);
  }

  async function enter({ url, publishableKey }: { url: string; publishableKey: string }): Promise<void> {
    await answer(window, /Project URL/, url);
    await answer(window, /key/i, publishableKey);
  }

  async function signIn({ user }: EmbeddedStack | OwnTables['ready']): Promise<void> {
    await chooseWay(window, /password/);
    await answer(window, /E-mail/, user.email);
    await answer(window, /Password/, user.password);
    await window.workbench.quickPick(/^No\b/).click();
  }

  it('are examined as they are entered, in the words of the Doctor, and keep what was typed', async () => {
    await window.workbench.page.evaluate(() => Object.assign(globalThis, { sameLife: true }));
    await window.workbench.page.locator('.activitybar [aria-label^="Runglass"]').first().click();
    await select(/Add Backend/);
    await answer(window, /Project URL/, 'https://runglass-test.invalid');
    await message().filter({ hasText: 'not known to DNS' }).waitFor();
    await window.screenshot('backend-dns');
    await answer(window, /DNS/, 'http://backend.invalid');
    await message().filter({ hasText: 'can read your sign-in' }).waitFor();
    await window.workbench.quickInput.press('Enter');
    await message().filter({ hasText: 'not known to DNS' }).waitFor();
    await answer(window, /DNS/, work.url);
    await answer(window, /key/i, 'sb_publishable_wrong');
    await message().filter({ hasText: 'does not accept this key' }).waitFor();
    await window.workbench.quickInput.press('Escape');
  });

  it('are switched to by signing in: embedded, one, another', async () => {
    await assertShows(window, 'Local backend', null, 'at work', 'at home');
    await select(/Add Backend/);
    await enter(work);
    await signIn(work);
    await assertShows(window, hostOf(work), 'project at work', 'at home');
    await select(/Add Backend/);
    await enter(home);
    await signIn(home);
    await assertShows(window, hostOf(home), 'project at home', 'at work');
  });

  it('are switched to at once where somebody is signed in, without a reload', async () => {
    await watchPage();
    await window.workbench.command('Runglass: Select Backend');
    await window.workbench.quickPick(hostOf(work)).filter({ hasText: work.user.email }).waitFor();
    await window.screenshot('backends');
    await window.workbench.quickPick(hostOf(work)).click();
    await assertShows(window, hostOf(work), 'project at work', 'at home');
    await select(/Local backend/);
    await assertShows(window, 'Local backend', null, 'at work', 'at home');
    await select(new RegExp(hostOf(home)));
    await assertShows(window, hostOf(home), 'project at home', 'at work');
    await select(new RegExp(hostOf(work)));
    await assertShows(window, hostOf(work), 'project at work', 'at home');
    assert.equal(await window.workbench.page.evaluate(() => 'sameLife' in globalThis), true);
    assert.deepEqual(await mixed(), []);
  });

  it('are renamed, and the page says so', async () => {
    await window.workbench.command('Runglass: Select Backend');
    const row = window.workbench.quickPick(hostOf(work));
    await row.hover();
    await row.locator('.action-label[aria-label="Rename"]').click();
    await answer(window, /What do you call/, 'Work');
    await window.dashboard.locator('[data-command="selectBackend"]').filter({ hasText: 'Work' }).waitFor();
  });

  it('are chosen by each window for itself, also over a reload', async function () {
    this.timeout(180_000);
    const second = await host.open(window);
    await second.openDashboard();
    await assertShows(second, 'Work', 'project at work', 'at home');
    const first = window;
    window = second;
    await select(new RegExp(hostOf(home)));
    window = first;
    await assertShows(second, hostOf(home), 'project at home', 'at work');
    await first.workbench.reload();
    await assertShows(first, 'Work', 'project at work', 'at home');
    await second.workbench.reload();
    await assertShows(second, hostOf(home), 'project at home', 'at work');
    await second.workbench.page.close();
    await first.workbench.page.bringToFront();
  });

  it('are removed after a question, with what is kept of them', async () => {
    await window.workbench.commandAndPick('Runglass: Remove Backend', hostOf(home));
    await window.workbench.page.locator('.monaco-dialog-box').getByText('Sign Out and Remove').click();
    await window.workbench.page.getByText('is removed.').first().waitFor();
    await window.workbench.command('Runglass: Select Backend');
    await window.workbench.quickPick('Work').waitFor();
    assert.equal(await window.workbench.quickPick(hostOf(home)).count(), 0);
    await window.workbench.quickInput.press('Escape');
    assert.match(await names(window), /at work/);
  });

  it('without our migrations are told from a wrong key, set up, and live', async function () {
    this.timeout(180_000);
    await select(/Add Backend/);
    await enter(bare.ready);
    const { page } = window.workbench;
    await page
      .locator('.quick-input-widget')
      .getByPlaceholder(/tables of Runglass are not there/)
      .waitFor();
    await window.screenshot('backend-without-tables');
    await window.workbench.quickPick(/Set Up the Database/).click();
    await page.locator('.monaco-editor').getByText('Sets up the database of a Supabase').first().waitFor();
    const told = await window.workbench.openNotifications();
    await told.filter({ hasText: 'run this SQL' }).getByText('Copy the SQL').waitFor();
    await window.screenshot('set-up-sql');
    await told.getByText('Copy the SQL').click();
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    await poll('the SQL on the clipboard', async () => (await clipboard()) !== '');
    const copied = await clipboard();
    assert.equal(copied, await setUpSql('dist/backend'));
    await bare.sql(inside(copied));
    await signIn(bare.ready);
    await window.openDashboard();
    await assertShows(window, hostOf(bare.ready), null, 'at work', 'at home');
  });

  it('that lose our tables are set up from the dashboard, and live again by themselves', async function () {
    this.timeout(180_000);
    await bare.sql(readFileSync('supabase/remove.sql', 'utf8'));
    await window.workbench.command('Runglass: Refresh');
    await window.connection('setup').waitFor();
    const supabase = path.join(window.folder, 'supabase');
    mkdirSync(supabase);
    writeFileSync(path.join(supabase, 'config.toml'), '');
    await window.dashboard.locator('[data-banner] [data-command="setUpDatabase"]').click();
    await window.workbench.quickPick(/Copy the migrations into/).click();
    const { page } = window.workbench;
    await page
      .locator('.terminal-tab, .terminal-outer-container')
      .filter({ visible: true })
      .first()
      .waitFor();
    assert.deepEqual(readdirSync(path.join(supabase, 'migrations')), readdirSync('dist/backend/migrations'));
    let told = await window.workbench.openNotifications();
    await told.filter({ hasText: 'files were copied' }).getByText('Open the SQL').click();
    told = await window.workbench.openNotifications();
    await told.filter({ hasText: 'run this SQL' }).getByText('Wait for It').click();
    const waiting = page.locator('.notification-list-item-message').filter({ hasText: 'waiting until' });
    await waiting.first().waitFor();
    assert.equal(await waiting.count(), 1, 'one question led to the other');
    await window.screenshot('set-up-waiting');
    rmSync(supabase, { recursive: true });
    await bare.sql(inside(await setUpSql('dist/backend')));
    await window.workbench.command('Runglass: Open Dashboard');
    await window.connection('live').waitFor({ timeout: 60_000 });
    // What Refresh said of the missing tables.
    await window.workbench.command('Notifications: Clear All Notifications');
  });

  it('are taken from a file of the folder when the user picks it', async () => {
    writeFileSync(
      path.join(window.folder, '.env.local'),
      `NEXT_PUBLIC_SUPABASE_URL="${home.url}"\nNEXT_PUBLIC_SUPABASE_ANON_KEY=${home.publishableKey}\nSUPABASE_SERVICE_ROLE_KEY=${home.secretKey}\n`,
    );
    await window.workbench.commandAndPick('Runglass: Add Backend', /From \.env\.local/);
    const { page } = window.workbench;
    await page
      .locator('.quick-input-widget')
      .filter({ hasText: 'Nothing has been sent yet' })
      .filter({ hasText: 'SUPABASE_SERVICE_ROLE_KEY is not taken' })
      .waitFor();
    await window.screenshot('backend-from-file');
    await window.workbench.quickInput.press('Enter');
    await page
      .locator('.quick-input-widget')
      .filter({ hasText: /It is not a secret key/ })
      .waitFor();
    assert.equal(await window.workbench.quickInput.inputValue(), home.publishableKey);
    await window.workbench.quickInput.press('Escape');
  });

  it('get the key that the file or the user gives, also where another one is known', async () => {
    const link = '[Click](command:workbench.action.closeWindow)';
    writeFileSync(
      path.join(window.folder, '.env.local'),
      `SUPABASE_URL="${work.url}"\nSUPABASE_ANON_KEY=sb_publishable_rotated\n${link}=sb_secret_x\n`,
    );
    await window.workbench.commandAndPick('Runglass: Add Backend', /From \.env\.local/);
    const { page, quickInput } = window.workbench;
    await message().filter({ hasText: 'is not taken' }).waitFor();
    assert.equal(await message().locator('a').count(), 0, 'a link out of the file');
    await window.workbench.quickInput.press('Enter');
    await message().filter({ hasText: 'It is not a secret key' }).waitFor();
    assert.equal(await quickInput.inputValue(), 'sb_publishable_rotated');
    await quickInput.fill('sb_publishable_typed');
    await window.workbench.quickInput.press('Enter');
    await message().filter({ hasText: 'does not accept this key' }).waitFor();
    await page.locator('.quick-input-widget .quick-input-titlebar [aria-label^="Back"]').click();
    await answer(window, /Nothing has been sent yet/, `${work.url}/`);
    await message().filter({ hasText: 'It is not a secret key' }).waitFor();
    assert.equal(await quickInput.inputValue(), 'sb_publishable_typed');
    await window.workbench.quickInput.press('Escape');
  });
});

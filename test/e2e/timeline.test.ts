import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { globSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { FaultProxy } from '../support/faultProxy.ts';
import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { poll } from './poll.ts';
import { answer, enterAccount } from './signIn.ts';
import { done, type EmbeddedStack, startEmbedded } from './stack.ts';

const minute = 60_000;
/** Wider apart than what becomes one row, so that each has its own. */
const apart = 31 * minute;
const count = 1_500;
const types = ['file.saved', 'git.committed', 'task.ended', 'e2e.note', 'debug.ended'];
const projects = [randomUUID(), randomUUID()] as const;

interface Seeded {
  readonly name: string;
  readonly at: number;
  readonly kind: string;
  readonly project: string | null;
}

describe('the timeline', () => {
  let stack: EmbeddedStack;
  let proxy: FaultProxy;
  let host: VscodeHost;
  let window: RunglassWindow;
  /** The moments that are compared; the editor adds others of its own. */
  const seeded: Seeded[] = [];
  const newest = Math.floor(Date.now() / minute) * minute - 120 * minute;

  before(async function () {
    this.timeout(240_000);
    stack = await startEmbedded();
    const user = { user_id: stack.userId };
    const names = ['Speech', 'Vision'];
    await done(
      stack.admin.from('projects').insert(projects.map((id, n) => ({ ...user, id, name: names[n] }))),
    );
    await addRuns();
    await addEvents(count, newest - apart, apart);
    proxy = await FaultProxy.start(stack.url);
    host = await openVscode();
    window = await host.open();
    await enterAccount(window, { ...stack, url: proxy.url });
    await answer(window, /Password/, stack.user.password);
    await window.workbench.quickPick(/^Yes\b/).click();
    await window.openDashboard();
    await window.connection('live').waitFor({ timeout: 60_000 });
  });

  after(async function () {
    this.timeout(120_000);
    try {
      await host?.dispose();
    } finally {
      await proxy?.stop();
      await stack?.dispose();
    }
  });

  /** `amount` events, the newest at `at`, going back in steps of `step` ms; neighbours are of different types. */
  async function addEvents(amount: number, at: number, step: number): Promise<void> {
    const rows = Array.from({ length: amount }, (_, n) => {
      const type = types[n % types.length] ?? '';
      const project = [...projects, null][n % 3] ?? null;
      return {
        ...{ id: randomUUID(), user_id: stack.userId, event_type: type, project_id: project },
        occurred_at: new Date(at - n * step).toISOString().replace('Z', '123Z'),
        payload: { title: `number ${n}`, language: 'python', files: 1, saves: 1 },
      };
    });
    for (let n = 0; n < rows.length; n += 250)
      await done(stack.admin.from('ide_sync_events').insert(rows.slice(n, n + 250)));
    for (const { id, event_type: type, occurred_at, project_id: project } of rows) {
      const area = type.split('.')[0] ?? '';
      const kind = area === 'e2e' ? 'other' : area;
      seeded.push({ name: id, at: Date.parse(occurred_at), kind, project });
    }
  }

  /** Runs of long ago, some of which start at the very moment of an event. */
  async function addRuns(): Promise<void> {
    const rows = Array.from({ length: 20 }, (_, n) => {
      const start = newest - apart * (10 + n * 70) - (n % 2 === 0 ? 0 : 7 * minute);
      const end = start + 180 * minute;
      return {
        ...{ id: randomUUID(), user_id: stack.userId, name: `run ${n}`, status: 'completed' },
        project_id: projects[n % 2] ?? null,
        started_at: new Date(start).toISOString().replace('Z', '123Z'),
        finished_at: new Date(end + 3 * minute).toISOString(),
      };
    });
    await done(stack.admin.from('training_runs').insert(rows));
    for (const { id, started_at: start, finished_at: end, project_id: project } of rows) {
      seeded.push({ name: `${id}/start`, at: Date.parse(start), kind: 'run', project });
      seeded.push({ name: `${id}/end`, at: Date.parse(end), kind: 'run', project });
    }
  }

  const section = () => window.section('activity');
  const rows = () => section().locator('.moment-row');
  const beyond = (kind: string) => section().locator(`[data-beyond="${kind}"]`);

  /** Names of the rows that are drawn, in their order. */
  const drawn = (): Promise<string[]> =>
    rows().evaluateAll((elements) => elements.map((element) => element.getAttribute('data-id') ?? ''));

  /** Goes on to the last of what there is, as a user does; `during` is done once on the way. */
  async function showAll(during?: () => Promise<void>): Promise<void> {
    for (let clicks = 0; ; clicks++) {
      assert.ok(clicks < 200, 'it comes to an end');
      const more = section().locator('.show-more');
      if ((await beyond('end').count()) > 0 && (await more.count()) === 0) return;
      const before = await rows().count();
      await more.last().click();
      await poll('more rows, or the end', async () => {
        const grew = (await rows().count()) > before;
        return (await beyond('waiting').count()) === 0 && (grew || (await beyond('end').count()) > 0);
      });
      if (clicks === 12) await during?.();
    }
  }

  /** Of the moments `among` those that fit are drawn, in order, and no others. */
  async function assertDrawn(among: readonly Seeded[], fits: (moment: Seeded) => boolean): Promise<void> {
    const names = await drawn();
    assert.equal(new Set(names).size, names.length, 'nothing twice');
    const known = new Set(among.map(({ name }) => name));
    const expected = among
      .filter(fits)
      .sort((a, b) => b.at - a.at || (a.name < b.name ? 1 : -1))
      .map(({ name }) => name);
    const found = names.filter((name) => known.has(name));
    const missing = expected.filter((name) => !found.includes(name));
    assert.deepEqual(missing, [], `${missing.length} of ${expected.length} are missing`);
    assert.deepEqual(found, expected);
  }

  const choose = (filter: 'kind' | 'project', value: string) =>
    window.dashboard.locator(`select[data-filter="${filter}"]`).selectOption(value);

  it('shows a save of this window at once, and as stored when it came back', async function () {
    this.timeout(60_000);
    const [folder] = globSync(path.join(host.profile.workspace, 'w-*'));
    writeFileSync(path.join(folder ?? '', 'train.py'), 'print(1)\n');
    const { workbench } = window;
    await workbench.command('View: Split Editor Right');
    await workbench.page.keyboard.press('Control+P');
    await workbench.quickInput.fill('train.py');
    await workbench.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: 'train.py' })
      .first()
      .click();
    await workbench.tab('train.py').waitFor();
    await workbench.page.keyboard.type('# more\n');
    // What waits by now starts the time after which all is sent.
    await workbench.command('Runglass: Send Editor Activity Now');
    await workbench.command('File: Save');
    const save = rows()
      .filter({ hasText: /saved|save/i })
      .first();
    await save.locator('[data-standing="waiting"]').waitFor();
    assert.equal(await stored('file.saved'), 0, 'it is shown before it is sent');
    await workbench.command('Runglass: Send Editor Activity Now');
    await save.locator('[data-standing]').waitFor({ state: 'detached' });
    await poll('the event in the database', async () => (await stored('file.saved')) === 1);
  });

  /** Events of this window in the database. */
  async function stored(type: string): Promise<number> {
    const { data } = await stack.admin
      .from('ide_sync_events')
      .select('id')
      .eq('event_type', type)
      .not('session_id', 'is', null);
    return data?.length ?? 0;
  }

  it('goes back to the first moment, nothing missing and nothing twice, while new ones come', async function () {
    this.timeout(360_000);
    await showAll(async () => {
      // More than are held, so that the window slides past rows that the page knows only from there.
      await addEvents(320, newest + 100 * minute, 15_000);
    });
    await assertDrawn(seeded, () => true);
  });

  /** New ones are close together, and become one row where a filter leaves out what is between them. */
  const old = () => seeded.filter(({ at }) => at < newest);

  for (const [kind, project] of [
    ['git', ''],
    ['run', ''],
    ['other', projects[1]],
    ['', projects[0]],
  ] as const)
    it(`is narrowed to ${kind || 'any kind'} and ${project ? 'a project' : 'any project'}, to the end`, async function () {
      this.timeout(120_000);
      await choose('kind', kind);
      await choose('project', project);
      await showAll();
      const fits = (moment: Seeded) =>
        (kind === '' || moment.kind === kind) && (project === '' || moment.project === project);
      assert.ok(old().filter(fits).length >= 40);
      await assertDrawn(old(), fits);
    });

  it('leads to the run and to the project', async () => {
    await choose('project', '');
    await choose('kind', 'run');
    await showAll();
    const row = rows().nth(3);
    const [run] = ((await row.getAttribute('data-id')) ?? '').split('/');
    await row.locator('[title^="Show the run"]').click();
    await inSight(window.section('runs').locator(`[data-id="${run}"]`));
    await row.locator('[title^="Show the project"]').click();
    const project = seeded.find(({ name }) => name.startsWith(run ?? '-'))?.project;
    await inSight(window.section('projects').locator(`[data-id="${project}"]`));
  });

  const inSight = (row: Locator) =>
    poll('the row is in sight', () =>
      row.evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      }),
    );

  it('says that older ones cannot be had without a network, and goes on when it is back', async function () {
    this.timeout(120_000);
    await choose('kind', 'task');
    proxy.cut();
    try {
      for (let clicks = 0; (await beyond('problem').count()) === 0; clicks++) {
        assert.ok(clicks < 30);
        await section().locator('.show-more').last().click();
        await poll('an answer', async () => (await beyond('waiting').count()) === 0);
      }
      assert.match((await beyond('problem').textContent()) ?? '', /cannot be reached/);
      await window.screenshot('timeline-offline');
    } finally {
      proxy.heal();
    }
    await showAll();
    await assertDrawn(old(), ({ kind }) => kind === 'task');
    await window.connection('live').waitFor({ timeout: 60_000 });
  });

  it('in pictures: dark, light, high contrast and narrow', async function () {
    this.timeout(180_000);
    const { workbench } = window;
    await choose('kind', '');
    await section().locator('[data-beyond]').first().waitFor();
    await workbench.command('View: Join All Editor Groups');
    await workbench.tab('Runglass').click();
    await window.connection('live').waitFor({ timeout: 60_000 });
    for (const { name, theme, kind } of [
      { name: 'dark', theme: 'Dark Modern', kind: 'vscode-dark' },
      { name: 'light', theme: 'Light Modern', kind: 'vscode-light' },
      { name: 'high-contrast', theme: 'Dark High Contrast', kind: 'vscode-high-contrast' },
    ]) {
      await workbench.command('Preferences: Color Theme');
      await workbench.quickInput.fill(theme);
      await workbench.quickPick(theme).click();
      await window.dashboard.locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
      await section().evaluate((element) => element.scrollIntoView());
      await window.screenshot(`timeline-${name}`);
    }
    await workbench.page.setViewportSize({ width: 448, height: 800 });
    await section().evaluate((element) => element.scrollIntoView());
    const overflow = await section().evaluate((element) => element.scrollWidth - element.clientWidth);
    await window.screenshot('timeline-narrow');
    assert.ok(overflow <= 0, `${overflow} px too wide`);
  });
});

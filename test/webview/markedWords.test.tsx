import assert from 'node:assert/strict';
import { eventTypes } from '../../src/shared/activity.ts';
import { setTranslations } from '../../src/shared/l10n.ts';
import { activityStatus, patchMessage, snapshotMessage } from '../fixtures/dashboard.ts';
import {
  ago,
  eventRow,
  fixtureId,
  fixtureNow,
  hours,
  minutes,
  modelRow,
  projectRow,
  runRow,
} from '../fixtures/rows.ts';
import { detailsMessage, doctorReport } from '../fixtures/syncDetails.ts';
import { markTranslations, unmarked } from './support/marked.ts';
import { closePages, openPage } from './support/page.tsx';

/** Names of rows, which are no words. */
const name = '#1';

describe('words that are translated', () => {
  beforeEach(markTranslations);
  afterEach(() => {
    closePages();
    setTranslations(undefined, 'en');
  });

  it('are all of the activity section', async () => {
    const project = projectRow(0, { name });
    const run = runRow(0, { name, project_id: project.id, started_at: ago(9 * hours) });
    const links = { project_id: project.id, run_id: run.id, session_id: null, editor: null };
    const payload = {
      duration_ms: 61_000,
      exit_code: 2,
      failed: 1,
      cells: 3,
      folders: 2,
      saves: 3,
      files: 2,
    };
    const events = Object.values(eventTypes).flatMap((event_type, n) =>
      [0, 1].map((twice) =>
        eventRow(2 * n + twice, {
          ...{ event_type, ...links, occurred_at: ago((n * 40 + twice) * minutes) },
          payload: n % 2 === 0 ? payload : {},
        }),
      ),
    );
    const ended = ['completed', 'failed', 'cancelled', 'stopped'].map((status, n) =>
      runRow(n + 1, { name, status, started_at: ago(30 * hours), finished_at: ago(n * hours), error: '?' }),
    );
    const page = await openPage(
      snapshotMessage({ projects: [project], training_runs: [run, ...ended], ide_sync_events: events }),
    );
    const activity = activityStatus({ pending: 3, refused: 1, dropped: 1_200, heldFrom: ago(90 * hours) });
    await page.send(patchMessage(1, {}, { status: { activity: { ...activity, restricted: true } } }));
    for (const toggle of page.all('[data-section=activity] .moment-toggle')) toggle.click();
    await page.frame();
    assert.ok(page.all('[data-section=activity] .moment-facts').length > 10);
    const keys = new RegExp(Object.keys(payload).join('|').replaceAll('_', '.'), 'g');
    assert.deepEqual(unmarked(page.find('[data-section=activity]'), keys), []);
  });

  it('are all of the models', async () => {
    const project = projectRow(0, { name });
    const run = runRow(0, { name });
    const versions = Array.from({ length: 30 }, (_, n) =>
      modelRow(n, {
        ...{ name, version: String(n), run_id: n === 0 ? run.id : fixtureId('training_runs', 9) },
        ...{ base_model: `${name} 3`, project_id: project.id, description: null, metrics: { '%': n } },
        ...{
          tags: ['#'],
          status: ['draft', 'training', 'ready', 'deployed', 'archived', 'failed'][n % 6] ?? '',
        },
      }),
    );
    const page = await openPage(
      snapshotMessage({ projects: [project], training_runs: [run], models: versions }),
    );
    await page.click('[data-section=models] .row-main');
    for (const line of page.all('[data-section=models] .version .row-main').slice(0, 3)) line.click();
    await page.frame();
    assert.ok(page.all('[data-section=models] .model-facts').length > 2);
    assert.deepEqual(unmarked(page.find('[data-section=models]')), []);
  });

  it('are all of the projects', async () => {
    const projects = ['active', 'paused', 'archived'].map((status, n) =>
      projectRow(n, { name, status, description: null }),
    );
    const running = runRow(0, { project_id: projects[0]?.id ?? null });
    const page = await openPage(snapshotMessage({ projects, training_runs: [running] }));
    await page.click('[data-archived]');
    for (const row of page.all('[data-section=projects] .project-main')) row.click();
    await page.frame();
    await page.click('[data-edit]');
    const form = page.find('[data-form]');
    assert.deepEqual(unmarked(form), []);
    await page.select('[data-filter=project]', projects[1]?.id ?? '');
    assert.deepEqual(unmarked(page.find('.project-chooser')), []);
    assert.deepEqual(unmarked(page.find('[data-section=projects]')), []);
  });

  it('are all of the sync details', async () => {
    const backend = { kind: 'remote', label: name } as const;
    const page = await openPage(snapshotMessage({}, { backend, account: name, latency: 12 }));
    await page.send({ type: 'show', target: { kind: 'details' } });
    await page.send(detailsMessage());
    assert.deepEqual(unmarked(page.find('dialog')), []);
    const outcomes = ['ok', 'warning', 'failed', 'skipped', 'waiting', 'running'] as const;
    const report = doctorReport({}, { finishedAt: fixtureNow - hours });
    const remedy = { kind: 'sql', text: 'select 1;' } as const;
    const checks = report.checks.map((check, n) => ({
      ...{ ...check, title: name, detail: '?', outcome: outcomes[n % outcomes.length] ?? 'ok' },
      findings: n === 2 ? [{ table: null, detail: '!', remedy }] : [],
    }));
    for (const finishedAt of [report.finishedAt, null]) {
      await page.send(detailsMessage({ counters: null, doctor: { ...report, finishedAt, checks } }));
      assert.deepEqual(unmarked(page.find('dialog')), []);
    }
  });
});

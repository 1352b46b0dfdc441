import assert from 'node:assert/strict';
import { dashboardStates, hostileText, patchMessage, snapshotMessage } from '../fixtures/dashboard.ts';
import { ago, fixtureId, minutes, modelRow, projectRow, runRow } from '../fixtures/rows.ts';
import { closePages, openPage } from './support/page.tsx';

const row = (n: number): string => `[data-section=runs] [data-id="${fixtureId('training_runs', n)}"]`;

describe('runs section', () => {
  afterEach(closePages);

  it('shows status, project, progress, steps, loss, time left and heartbeat', async () => {
    const page = await openPage(
      snapshotMessage({
        projects: [projectRow(1, { name: 'char-lm' })],
        training_runs: [
          runRow(0, {
            project_id: fixtureId('projects', 1),
            step: 250,
            total_steps: 1_000,
            metrics: { lr: 0.001, val_loss: 1.4821, train_loss: 2 },
            step_rate: null,
            started_at: ago(10 * minutes),
            heartbeat_at: ago(0),
          }),
        ],
      }),
    );
    assert.equal(page.text(`${row(0)} .status`), 'Running');
    assert.equal(page.text(`${row(0)} .project-label`), 'char-lm');
    assert.equal(page.find(`${row(0)} [role=progressbar]`).getAttribute('aria-valuenow'), '25');
    assert.equal(page.text(`${row(0)} .run-steps`), '250 / 1,000');
    assert.equal(page.text(`${row(0)} .run-metric`), 'val_loss 1.482');
    assert.equal(page.text(`${row(0)} .run-eta`), '30m left');
    assert.equal(page.text(`${row(0)} .run-beat`), 'now');
  });

  it('says stalled, not running, of a run that fell silent, while the page is open too', async () => {
    const quiet = { heartbeat_at: ago(4 * minutes + 59_500), updated_at: ago(4 * minutes) };
    const page = await openPage(snapshotMessage({ training_runs: [runRow(0, quiet)] }));
    assert.equal(page.find(`${row(0)} [data-status]`).dataset.status, 'running');
    page.now += 2_000;
    await new Promise((done) => setTimeout(done, 1_100));
    assert.equal(page.find(`${row(0)} [data-status]`).dataset.status, 'stalled');
    assert.equal(page.text(`${row(0)} .run-eta`), '–');
  });

  it('counts with the clock of the server', async () => {
    const page = await openPage(
      snapshotMessage({ training_runs: [runRow(0, { heartbeat_at: ago(0) })] }, { clockOffset: 90_000 }),
    );
    assert.equal(page.text(`${row(0)} .run-beat`), '1m ago');
  });

  it('puts running runs first, then queued, then the newest', async () => {
    const ended = { status: 'completed', finished_at: ago(0) };
    const page = await openPage(
      snapshotMessage({
        training_runs: [
          runRow(0, { ...ended, started_at: ago(60_000) }),
          runRow(1, { ...ended, started_at: ago(30_000) }),
          runRow(2, { status: 'queued', started_at: null, created_at: ago(1_000) }),
          runRow(3, { started_at: ago(90 * minutes) }),
        ],
      }),
    );
    assert.deepEqual(
      page.all('[data-section=runs] [data-id]').map(({ dataset }) => dataset.id),
      [3, 2, 1, 0].map((n) => fixtureId('training_runs', n)),
    );
  });

  it('shows the error of a failed run and how long it took', async () => {
    const page = await openPage(
      snapshotMessage({
        training_runs: [
          runRow(0, {
            status: 'failed',
            error: 'CUDA out of memory',
            started_at: ago(90 * minutes),
            finished_at: ago(0),
          }),
          runRow(1, { status: 'failed', started_at: '-infinity', finished_at: ago(0) }),
        ],
      }),
    );
    assert.equal(page.text(`${row(0)} .run-error`), 'CUDA out of memory');
    assert.equal(page.text(`${row(0)} .run-eta`), 'after 1h 30m');
    assert.equal(page.text(`${row(1)} .run-eta`), '–', 'from a time that cannot be read');
  });

  it('shows an unknown status by its own name', async () => {
    const page = await openPage(snapshotMessage({ training_runs: [runRow(0, { status: 'warming_up' })] }));
    assert.equal(page.text(`${row(0)} .status`), 'Warming up');
  });

  it('filters, and keeps the filter and the marks through patches', async () => {
    const done = runRow(1, { status: 'completed', finished_at: ago(0) });
    const page = await openPage(snapshotMessage({ training_runs: [runRow(0), done] }));
    await page.click('input[name=runs][value=active]');
    await page.click(`${row(0)} .checkbox`);
    assert.equal(page.text('[data-compare]'), 'Compare (1)');
    await page.send(
      patchMessage(1, {
        training_runs: { up: [runRow(0, { step: 401, sync_seq: 90 }), runRow(2)], del: [] },
      }),
    );
    assert.equal(page.all('[data-section=runs] [data-id]').length, 2);
    assert.match(page.text(`${row(0)} .run-steps`), /^401 /);
    assert.equal(page.find(`${row(0)}`).getAttribute('aria-selected'), 'true');
    await page.click('input[name=runs][value=finished]');
    assert.equal(page.all('[data-section=runs] [data-id]').length, 1);
  });

  it('says so when the filter leaves nothing', async () => {
    const page = await openPage(snapshotMessage({ training_runs: [runRow(0)] }));
    await page.click('input[name=runs][value=finished]');
    assert.equal(page.text('[data-section=runs] [data-empty]'), 'No finished runs. Show all runs');
    assert.deepEqual(
      page.all('input[name=runs]').map((input) => input.getAttribute('aria-label')),
      ['All runs: 1', 'Active runs: 1', 'Finished runs: 0', 'Failed runs: 0', 'Stalled runs: 0'],
    );
    await page.click('[data-section=runs] [data-empty] button');
    assert.equal(page.all('[data-section=runs] [data-id]').length, 1);
  });
});

describe('models and projects', () => {
  afterEach(closePages);

  it('shows a model with version, status, base, metrics, size and tags', async () => {
    const model = modelRow(0, {
      name: 'gpt',
      version: 'v7',
      status: 'deployed',
      base_model: 'nano',
      metrics: { val_loss: 1.2, accuracy: 0.9, junk: 'x' },
      size_bytes: 124_000_000,
      tags: ['prod'],
    });
    const page = await openPage(snapshotMessage({ models: [model] }));
    const text = page.text('[data-section=models] [data-id]');
    for (const part of ['gpt', 'v7', 'Deployed', 'nano', 'val_loss 1.2', 'accuracy 0.9', '124 MB', 'prod']) {
      assert.ok(text.includes(part), `${part} is not in ${text}`);
    }
  });

  it('counts runs and models of a project and follows them', async () => {
    const project_id = fixtureId('projects', 1);
    const page = await openPage(
      snapshotMessage({
        projects: [projectRow(1)],
        training_runs: [runRow(0, { project_id }), runRow(1, { project_id, status: 'completed' })],
        models: [modelRow(0, { project_id })],
      }),
    );
    const text = (): string => page.text('[data-section=projects] [data-id]');
    assert.match(text(), /2 runs \(1 active\) · 1 model/);
    await page.send(patchMessage(1, { models: { up: [modelRow(1, { project_id })], del: [] } }));
    assert.match(text(), /· 2 models/);
  });
});

describe('hostile rows', () => {
  afterEach(closePages);

  it('are text and nothing else', async () => {
    const page = await openPage(dashboardStates.hostile);
    assert.equal(page.all('img, script, iframe, b').length, 0);
    assert.equal(page.all('[onerror], [onload], [style]').length, 0);
    assert.ok(page.text('[data-section=runs]').includes(hostileText));
    for (const link of page.all('a')) assert.doesNotMatch(link.getAttribute('href') ?? '', /^javascript:/i);
    for (const circle of page.all('circle')) assert.doesNotMatch(circle.getAttribute('fill') ?? '', /url/);
  });
});

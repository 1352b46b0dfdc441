import assert from 'node:assert/strict';
import { activityStatus, patchMessage, snapshotMessage } from '../fixtures/dashboard.ts';
import { ago, eventRow, hours, minutes, runRow } from '../fixtures/rows.ts';
import { closePages, openPage } from './support/page.tsx';

describe('activity section', () => {
  afterEach(closePages);

  it('puts events and runs on one list by day', async () => {
    const page = await openPage(
      snapshotMessage({
        ide_sync_events: [
          eventRow(0, { occurred_at: ago(2 * minutes), payload: { language: 'python', saves: 4 } }),
          eventRow(1, {
            event_type: 'task.ended',
            occurred_at: ago(30 * hours),
            payload: { group: 'test', exit_code: 2, duration_ms: 61_000 },
          }),
          eventRow(2, { event_type: 'window.opened', occurred_at: ago(80 * hours), payload: { folders: 1 } }),
        ],
        training_runs: [
          runRow(0, { name: 'r0', status: 'completed', started_at: ago(3 * hours), finished_at: ago(hours) }),
        ],
      }),
    );
    assert.deepEqual(
      page.all('[data-section=activity] h3').map(({ textContent }) => textContent),
      ['Today', 'Yesterday', 'Thursday, Nov 19'],
    );
    assert.deepEqual(
      page.all('[data-section=activity] .moment').map(({ textContent }) => textContent),
      [
        '4 saves python2m ago',
        'Run completed r01h ago',
        'Run started r03h ago',
        'Task failed test exit code 2, took 1m 1s1d ago',
        'Window opened 1 folder3d ago',
      ],
    );
  });

  it('shows a kind that it does not know by name', async () => {
    const event = eventRow(0, { event_type: 'deploy.requested', payload: { name: 'gpt' } });
    const page = await openPage(snapshotMessage({ ide_sync_events: [event] }));
    assert.match(page.text('[data-section=activity] .moment'), /^Deploy requested gpt/);
  });

  it('says that events stay on this machine', async () => {
    const page = await openPage(snapshotMessage());
    assert.equal(page.text('[data-reporting]'), 'What this editor reports stays on this machine. Pause');
  });

  it('asks before anything is reported elsewhere', async () => {
    const page = await openPage(
      snapshotMessage({}, { activity: activityStatus({ reporting: 'notAgreed', local: false }) }),
    );
    assert.match(page.text('[data-reporting=notAgreed]'), /reports nothing until you agree/);
    await page.click('[data-command=agreeToActivity]');
    assert.deepEqual(page.host.ofType('command'), [{ type: 'command', command: 'agreeToActivity' }]);
  });

  it('counts what is not sent yet and what never will be', async () => {
    const page = await openPage(snapshotMessage());
    const activity = activityStatus({ pending: 3, refused: 1, dropped: 1_200 });
    await page.send(patchMessage(1, {}, { status: { activity } }));
    const words = (of: string): string => page.text(`[data-count-of=${of}]`);
    assert.equal(words('pending'), '3 not sent yet Show Send now');
    assert.equal(words('refused'), '1 refused by the backend Show Send again Discard');
    assert.equal(words('dropped'), '1,200 given up unsent Dismiss');
    for (const button of page.all('[data-count-of] button')) button.click();
    assert.deepEqual(
      page.host.ofType('command').map(({ command }) => command),
      [
        ...['showPendingActivity', 'sendActivity'],
        ...['showPendingActivity', 'retryRefusedActivity', 'discardRefusedActivity'],
        'dismissDroppedActivity',
      ],
    );
    await page.send(patchMessage(2, {}));
    assert.equal(page.all('[data-count-of]').length, 0);
  });
});

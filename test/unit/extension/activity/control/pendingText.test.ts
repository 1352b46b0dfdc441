import assert from 'node:assert/strict';
import {
  mostShown,
  type PendingInputs,
  pendingText,
} from '../../../../../src/extension/activity/control/pendingText.ts';
import { capacity } from '../../../../../src/extension/activity/outbox/journal.ts';
import type { OutgoingEvent } from '../../../../../src/shared/model.ts';

const event = (id: string): OutgoingEvent => ({
  ...{ id, event_type: 'task.ended', occurred_at: '2026-03-01T00:00:00.000Z', session_id: 's' },
  ...{ editor: 'Editor', project_id: null, run_id: null },
  payload: { task_type: 'shell', group: 'build', exit_code: 1, duration_ms: 1_234, start_id: null },
});
const inputs: PendingInputs = {
  ...{ to: 'abcd.example.co', sending: true, why: 'Because.', waiting: [], refused: [], dropped: 0 },
};

describe('what would be sent', () => {
  it('is valid JSON with each event as a batch carries it, and each refused one with the reason', () => {
    const waiting = [event('a'), event('b')];
    const refused = [{ event: event('c'), reason: 'too "large"' }];
    const text = pendingText({ ...inputs, waiting, refused, dropped: 7 });
    assert.deepEqual(JSON.parse(text), {
      ...{ to: 'abcd.example.co', sending: true, why: 'Because.' },
      waiting: { count: 2, events: waiting },
      refused: { count: 1, events: [{ reason: 'too "large"', event: event('c') }] },
      givenUpUnsent: 7,
    });
  });

  it('says so when there is nothing', () => {
    const { waiting, refused } = JSON.parse(pendingText({ ...inputs, to: null }));
    assert.deepEqual(
      [waiting, refused],
      [
        { count: 0, events: [] },
        { count: 0, events: [] },
      ],
    );
  });

  it('is bounded however much waits, and says how much it leaves out', () => {
    const waiting = Array.from({ length: capacity }, (_, i) => event(String(i)));
    const text = pendingText({ ...inputs, waiting });
    const content = JSON.parse(text);
    assert.equal(content.waiting.count, capacity);
    assert.equal(content.waiting.notShown, capacity - mostShown);
    assert.deepEqual(content.waiting.events, waiting.slice(0, mostShown));
    assert.ok(text.length < 1_000_000, `${text.length}`);
  });
});

import type { PatchMessage } from '../../src/shared/protocol.ts';
import { type Row, row } from '../rows.ts';
import { median, quantile } from '../statistics.ts';
import type { Lab } from './lab.ts';

const updates = 120;

interface Update {
  /** Main thread: reading the message, drawing, style and layout, ms. */
  readonly ms: number;
  /** Rows of the list of runs in which anything was changed. */
  readonly rows: number;
}

/** One run of 10,000 reports a step: what the message costs until the frame is laid out. */
export async function measureUpdates(lab: Lab): Promise<Row[]> {
  const page = await lab.show('many', 'standing');
  try {
    const all = await page.evaluate(sendUpdates, updates);
    const warm = all.slice(20);
    const ms = warm.map((update) => update.ms);
    const goal = { atMost: 8 } as const;
    return [
      row('one run of 10,000 changes, main thread', median(ms), 'ms', goal),
      row('one run of 10,000 changes, main thread, p95', quantile(ms, 0.95), 'ms', goal),
      row('one run of 10,000 changes, main thread, max', Math.max(...ms), 'ms'),
      row('rows drawn again for it, max', Math.max(...warm.map(({ rows }) => rows)), 'rows', { exactly: 1 }),
    ];
  } finally {
    await page.close();
  }
}

/** Runs in the page. Callbacks of one frame run in order: ours, the page's flush, ours. */
async function sendUpdates(count: number): Promise<Update[]> {
  const { snapshot } = window.stage.given;
  const { epoch, status } = snapshot;
  const [run] = snapshot.tables.training_runs;
  const list = document.querySelector('[data-section=runs]');
  if (!run || !list) throw new Error('There is no list of runs.');
  const records: MutationRecord[] = [];
  const observer = new MutationObserver((more) => records.push(...more));
  observer.observe(list, { subtree: true, childList: true, attributes: true, characterData: true });
  const results: Update[] = [];
  for (let i = 0; i < count; i++) {
    const from = snapshot.cursor + i;
    const metrics = { ...run.metrics, loss: 1 + i / 1_000 };
    const changed = { ...run, step: 1_000 + i, metrics, sync_seq: 1_000_000 + i };
    const tables = { training_runs: { up: [changed], del: [] } };
    const data: PatchMessage = { type: 'patch', epoch, from, to: from + 1, tables, status };
    records.length = 0;
    const ms = await new Promise<number>((done) => {
      let begin = 0;
      requestAnimationFrame(() => {
        begin = performance.now();
      });
      const sent = performance.now();
      window.dispatchEvent(new MessageEvent('message', { data, origin: window.origin }));
      const read = performance.now() - sent;
      requestAnimationFrame(() => {
        document.body.getBoundingClientRect();
        done(read + performance.now() - begin);
      });
    });
    const touched = new Set<Element>();
    for (const { target } of [...records, ...observer.takeRecords()]) {
      const element = target instanceof Element ? target : target.parentElement;
      const within = element?.closest('[data-id]');
      if (within) touched.add(within);
    }
    results.push({ ms, rows: touched.size });
  }
  observer.disconnect();
  return results;
}

import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createNodeStore } from '../../src/extension/activity/outbox/nodeStore.ts';
import { systemClock } from '../../src/extension/platform/clock.ts';
import { AuthClient, createEventSender, type Session } from '../../src/extension/sync.ts';
import { errorCode } from '../../src/shared/errorCode.ts';
import type { OutgoingEvent } from '../../src/shared/model.ts';
import { FakeCredentials, FakeLog } from '../fakes/account.ts';
import { until } from '../integration/sync/harness.ts';
import type { TestBackend } from '../support/backend.ts';
import { Chronicle, type Finding, type Row } from './chronicle.ts';
import type { Said } from './faultPoints.ts';
import { Gate, type Treatment } from './gate.ts';
import type { Plan } from './plan.ts';
import { WindowProcess } from './windowProcess.ts';

/** On a loaded machine the last sending may take so long, ms. */
const drainMs = 120_000;
/** Windows that send the rest, one after the other, until nothing is left. */
const heirs = 6;

export interface StageOptions {
  readonly backend: TestBackend;
  /** Of the windows (bundle.ts). */
  readonly script: string;
  /** What becomes of the requests of a window; all pass unless given. */
  readonly treat?: (window: string) => Treatment;
}

export interface OpenOptions {
  readonly plan: Plan;
  readonly name: string;
  /** Without end unless given. */
  readonly logs?: number;
  readonly waits?: boolean;
  /** Nobody listens there. */
  readonly offline?: boolean;
  readonly onSaid?: (said: Said) => void;
}

/** One account, the folder of its journals, the windows that share it, and all that is known of its events. */
export class Stage {
  readonly chronicle = new Chronicle();
  readonly folder: string;
  readonly gate: Gate;
  readonly #backend: TestBackend;
  readonly #script: string;
  readonly #session: Session;
  readonly #windows: WindowProcess[] = [];
  readonly #findings: Finding[] = [];

  private constructor(options: StageOptions, session: Session, gate: Gate) {
    this.#backend = options.backend;
    this.#script = options.script;
    this.#session = session;
    this.gate = gate;
    this.folder = mkdtempSync(path.join(os.tmpdir(), 'runglass-kill-'));
  }

  static async open(options: StageOptions): Promise<Stage> {
    const { backend, treat = () => ({ kind: 'pass', after: 0 }) } = options;
    const { email, password } = await backend.newUser();
    const session = await new AuthClient(backend).signInWithPassword(email, password);
    const gate = await Gate.start({
      target: backend.url,
      treat: (window, events) => {
        stage.#checkOnDisk(events);
        return treat(window);
      },
      onFate: (events, fate) => stage.chronicle.onRequest(events, fate),
    });
    const stage = new Stage(options, session, gate);
    return stage;
  }

  openWindow(options: OpenOptions): WindowProcess {
    const { plan, name, logs = Number.MAX_SAFE_INTEGER, waits = false, offline = false } = options;
    const id = randomUUID();
    const url = offline ? 'http://127.0.0.1:9' : this.gate.urlFor(id);
    const account = { url, publishableKey: this.#backend.publishableKey, session: this.#session };
    this.chronicle.open(id, name);
    const window = new WindowProcess(
      this.#script,
      { folder: this.folder, window: id, account, plan, logs, waits },
      (said) => {
        this.chronicle.hear(id, said);
        options.onSaid?.(said);
      },
    );
    this.#windows.push(window);
    return window;
  }

  /** Names of the files that hold events. */
  journals(): string[] {
    return readdirSync(this.folder).filter((name) => name.endsWith('.jsonl'));
  }

  /** Last windows send what there is; resolves with everything that was not as promised. */
  async settle(): Promise<Finding[]> {
    await this.gate.settled();
    this.#checkModes();
    await this.#inherit();
    // One may have ended while it took over a file: nothing of it was left to send, or it had not been read yet.
    for (let heir = 1; heir < heirs && this.journals().length > 0; heir += 1) await this.#inherit();
    const left = this.journals();
    if (left.length > 0) this.#find('left behind', left.join(', '));
    return [...this.#findings, ...this.chronicle.judge(await this.rows())];
  }

  /** A window in this process adopts everything, sends it, and ends. */
  async #inherit(): Promise<void> {
    const id = randomUUID();
    const log = new FakeLog();
    const store = createNodeStore({
      ...{
        folder: this.folder,
        window: id,
        log,
        clock: systemClock,
        random: Math.random,
        onChange: () => {},
      },
    });
    const { userId } = this.#session;
    const box = store.open({ backend: 'test', user: userId });
    box.attach(
      createEventSender({ ...this.#backend, credentials: new FakeCredentials(this.#session), userId }),
      0,
    );
    const isDone = () => this.journals().every((name) => name.startsWith(id)) && box.pending === 0;
    await until('everything is sent', () => isDone() || null, drainMs, log).catch((error: Error) =>
      this.#find('left behind', error.message),
    );
    await box.close();
    await store.close();
  }

  /** The events of the account that are in the table. */
  async rows(): Promise<Row[]> {
    const rows: Row[] = [];
    for (let from = 0; ; from += 500) {
      const query = this.#backend.admin.from('ide_sync_events').select('id, session_id, payload');
      const page = query
        .eq('user_id', this.#session.userId)
        .order('id')
        .range(from, from + 499);
      const { data } = await page.throwOnError();
      for (const { session_id, payload } of data ?? []) rows.push({ window: session_id, n: payload.n });
      if (!data || data.length < 500) return rows;
    }
  }

  /** Kills whatever still runs. */
  async close(): Promise<void> {
    await Promise.all(this.#windows.map(async (window) => window.isRunning && (await window.kill())));
    await this.gate.settled();
    await this.gate.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What arrives must be in a journal, or a crash now would forget that it has been sent. */
  #checkOnDisk(events: readonly OutgoingEvent[]): void {
    const held = this.#readAll();
    const missing = events.filter(({ id }) => !held.includes(id));
    if (missing.length === 0) return;
    this.chronicle.onRequest(missing, 'arrived before it was on disk');
    this.chronicle.onNotOnDisk(missing);
  }

  /** Read in one turn: what is moved meanwhile is looked for again under its new name. */
  #readAll(): string {
    for (;;) {
      try {
        return this.journals()
          .map((name) => readFileSync(path.join(this.folder, name), 'utf8'))
          .join('');
      } catch (error) {
        if (errorCode(error) !== 'ENOENT') throw error;
      }
    }
  }

  #checkModes(): void {
    if (process.platform === 'win32') return;
    const open = readdirSync(this.folder).filter(
      (name) => (statSync(path.join(this.folder, name)).mode & 0o077) !== 0,
    );
    if (open.length > 0) this.#find('readable by others', open.join(', '));
  }

  #find(rule: Finding['rule'], detail: string): void {
    this.#findings.push({ rule, detail, journeys: [] });
  }
}

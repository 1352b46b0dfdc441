import type { OutgoingEvent } from '../../src/shared/model.ts';
import type { Said } from './faultPoints.ts';

/** A row of the table, as far as it is judged. */
export interface Row {
  readonly window: string;
  readonly n: number;
}

/** A promise that was broken, and the journeys of the events that it is about. */
export interface Finding {
  readonly rule:
    | 'lost'
    | 'doubled'
    | 'hole'
    | 'invented'
    | 'not on disk'
    | 'left behind'
    | 'readable by others';
  readonly detail: string;
  readonly journeys: readonly string[];
}

/** What a window claims of its events. */
interface Claims {
  readonly name: string;
  /** The last that it began to log, and the last of those that it said are on disk; -1 for none. */
  logged: number;
  durable: number;
  readonly acknowledged: Set<number>;
}

/** What happened to the events of a group, as windows and gate told it, and whether the table agrees. */
export class Chronicle {
  readonly #windows = new Map<string, Claims>();
  readonly #journeys = new Map<string, string[]>();
  readonly #notOnDisk = new Set<string>();
  readonly #startedAt = performance.now();

  /** Events that were begun to be logged. */
  get events(): number {
    return [...this.#windows.values()].reduce((sum, { logged }) => sum + logged + 1, 0);
  }

  /** Events that were said to be on disk. */
  get durable(): number {
    return [...this.#windows.values()].reduce((sum, { durable }) => sum + durable + 1, 0);
  }

  open(window: string, name: string): void {
    this.#windows.set(window, { name, logged: -1, durable: -1, acknowledged: new Set() });
  }

  hear(window: string, said: Said): void {
    const claims = this.#windows.get(window);
    if (!claims) return;
    if ('logged' in said) {
      claims.logged = said.logged;
      this.#note(key(window, said.logged), `logged by ${claims.name}`);
    } else if ('durable' in said) {
      for (let n = claims.durable + 1; n <= said.durable; n += 1)
        this.#note(key(window, n), `on disk, said ${claims.name}`);
      claims.durable = said.durable;
    } else if ('acknowledged' in said) {
      for (const event of said.acknowledged) {
        this.#note(event, `acknowledged to ${claims.name}`);
        const [owner = '', n] = event.split('/');
        this.#windows.get(owner)?.acknowledged.add(Number(n));
      }
    }
  }

  /** Something became of a request with these events. */
  onRequest(events: readonly OutgoingEvent[], what: string): void {
    for (const event of events) this.#note(keyOf(event), what);
  }

  /** A request came with an event that no journal holds. */
  onNotOnDisk(events: readonly OutgoingEvent[]): void {
    for (const event of events) this.#notOnDisk.add(keyOf(event));
  }

  /** Compares with the table, once everything has been sent. */
  judge(rows: readonly Row[]): Finding[] {
    const counts = new Map<string, number>();
    for (const { window, n } of rows) counts.set(key(window, n), (counts.get(key(window, n)) ?? 0) + 1);
    const findings: Finding[] = [];
    const find = (rule: Finding['rule'], why: string, events: readonly string[]) => {
      if (events.length > 0)
        findings.push({ rule, detail: `${events.length} ${why}`, journeys: this.#tell(events) });
    };
    const all = [...this.#windows].flatMap(([window, claims]) =>
      Array.from({ length: claims.logged + 1 }, (_, n) => ({ n, claims, event: key(window, n) })),
    );
    const absent = all.filter(({ event }) => !counts.has(event));
    const last = new Map<string, number>();
    for (const { window, n } of rows) last.set(window, Math.max(n, last.get(window) ?? -1));
    const events = (some: typeof all) => some.map(({ event }) => event);
    find('lost', 'on disk and not in the table', events(absent.filter((one) => one.n <= one.claims.durable)));
    find(
      'lost',
      'acknowledged and not in the table',
      events(absent.filter((one) => one.claims.acknowledged.has(one.n))),
    );
    find(
      'hole',
      'missing before one that is in the table',
      events(absent.filter(({ n, event }) => n < (last.get(event.split('/')[0] ?? '') ?? -1))),
    );
    find(
      'doubled',
      'in the table more than once',
      [...counts.keys()].filter((e) => (counts.get(e) ?? 0) > 1),
    );
    const known = new Set(events(all));
    find(
      'invented',
      'in the table and never logged',
      [...counts.keys()].filter((e) => !known.has(e)),
    );
    find('not on disk', 'sent before they were on disk', [...this.#notOnDisk]);
    return findings;
  }

  #note(event: string, what: string): void {
    const at = `${(performance.now() - this.#startedAt).toFixed(0)} ms ${what}`;
    const journey = this.#journeys.get(event);
    if (journey) journey.push(at);
    else this.#journeys.set(event, [at]);
  }

  /** The first few tell enough. */
  #tell(events: readonly string[]): string[] {
    return events.slice(0, 5).map((event) => {
      const [window = '', n] = event.split('/');
      const name = this.#windows.get(window)?.name ?? window;
      return `event ${n} of ${name}: ${(this.#journeys.get(event) ?? ['never heard of']).join('; ')}`;
    });
  }
}

export function keyOf({ session_id, payload }: OutgoingEvent): string {
  return key(session_id, Number(payload.n));
}

function key(window: string, n: number): string {
  return `${window}/${n}`;
}

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { decode, type WireFrame } from '../../support/phoenix.ts';

const folder = path.resolve('test/fixtures/realtime');

/** A committed change as the real server sent it; numbers that a double would round stay as they were written. */
export type ChangeData = Readonly<Record<string, unknown>> & {
  readonly table: string;
  readonly type: 'INSERT' | 'UPDATE' | 'DELETE';
};

/** What was done with one of the recording's clients, or what it was told. */
export type Step =
  | { readonly kind: 'connect'; readonly id: string; readonly version: string }
  | { readonly kind: 'send'; readonly id: string; readonly text: string; readonly frame: WireFrame | null }
  | {
      readonly kind: 'frame';
      readonly id: string;
      readonly frame: WireFrame;
      readonly change: ChangeData | null;
    }
  | { readonly kind: 'sql'; readonly statement: string }
  | { readonly kind: 'close'; readonly id: string; readonly code: number }
  | { readonly kind: 'http'; readonly id: string; readonly status: number; readonly body: string }
  | { readonly kind: 'note'; readonly note: string };

interface Line {
  readonly dir: string;
  readonly c?: string;
  readonly raw?: string;
  readonly note?: string;
  readonly sql?: string;
  readonly params?: readonly unknown[];
  readonly code?: number;
  readonly status?: number;
  readonly body?: string;
}

/** The names of all recordings of the real server. */
export function recordingNames(): string[] {
  return readdirSync(folder).map((file) => path.basename(file, '.jsonl'));
}

/** The steps of a recording, in order. */
export function readRecording(name: string): Step[] {
  const lines = readFileSync(path.join(folder, `${name}.jsonl`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  const reader = new Reader(name.startsWith('v1') ? '1.0.0' : '2.0.0');
  return lines.flatMap((line) => reader.read(line));
}

/** Recordings of realtime-js name no clients: each socket it opens is one. */
class Reader {
  #version: string;
  #sockets = 0;

  constructor(version: string) {
    this.#version = version;
  }

  read({
    dir,
    c,
    raw = '',
    note = '',
    sql = '',
    params = [],
    code = 0,
    status = 0,
    body = '',
  }: Line): Step[] {
    const [, url] = /^ws .*vsn=([\d.]+)$/.exec(note) ?? [];
    const [, named, vsn] = /^connect (.+) vsn=([\d.]+)$/.exec(note) ?? [];
    if (url) return [this.#open(url)];
    if (named && vsn) {
      this.#version = vsn;
      return [{ kind: 'connect', id: named, version: vsn }];
    }
    const id = c ?? `js ${Math.max(1, this.#sockets)}`;
    const opening = c === undefined && raw !== '' && this.#sockets === 0 ? [this.#open(this.#version)] : [];
    switch (dir) {
      case 'out':
        return [...opening, { kind: 'send', id, text: raw, frame: tryDecode(this.#version, raw) }];
      case 'in':
        return [{ kind: 'frame', id, frame: this.#decode(raw), change: changeOf(raw) }];
      case 'sql':
        return [{ kind: 'sql', statement: literals(sql, params) }];
      case 'close':
        return [{ kind: 'close', id, code }];
      case 'http':
        return [{ kind: 'http', id, status, body }];
      case 'note':
        return [{ kind: 'note', note }];
      default:
        return [];
    }
  }

  #open(version: string): Step {
    this.#version = version;
    this.#sockets += 1;
    return { kind: 'connect', id: `js ${this.#sockets}`, version };
  }

  #decode(raw: string): WireFrame {
    if (!isShortened(raw)) return decode(this.#version, raw);
    const topic = /"(realtime:[^"]*)"/.exec(raw)?.[1] ?? '';
    return [null, null, topic, 'postgres_changes', shortened];
  }
}

/** What stands for the payload of a frame whose recording left out its middle. */
export const shortened = '<shortened>';

function isShortened(raw: string): boolean {
  return /…\[\d+ chars\]…/.test(raw);
}

function tryDecode(version: string, raw: string): WireFrame | null {
  try {
    return decode(version, raw);
  } catch {
    return null;
  }
}

const rawJson = JSON as unknown as { rawJSON(text: string): unknown };

function changeOf(raw: string): ChangeData | null {
  if (isShortened(raw) || !raw.includes('"postgres_changes",') || !raw.includes('"data":{')) return null;
  const exact = (_key: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' ? rawJson.rawJSON(String(context?.source)) : value;
  const frame = JSON.parse(raw, exact) as readonly unknown[] | { readonly payload: unknown };
  const payload = Array.isArray(frame) ? frame[4] : (frame as { readonly payload: unknown }).payload;
  return (payload as { readonly data: ChangeData }).data;
}

/** Puts parameters into a statement: the door for SQL takes none. */
function literals(sql: string, parameters: readonly unknown[]): string {
  return sql.replace(/\$(\d+)/g, (_match, n) => `'${String(parameters[Number(n) - 1])}'`);
}

import { appendFileSync, renameSync, statSync } from 'node:fs';
import { format } from 'node:util';

const maxBytes = 2 * 1024 * 1024;
/** Of one entry; an SQL error comes with all parameters of its statement, characters. */
const maxEntry = 32 * 1024;

/** A log file of at most twice 2 MB: when it is full it becomes `<file>.1` and a new one begins. */
export class FileLog {
  readonly #file: string;
  #size: number;

  constructor(file: string) {
    this.#file = file;
    this.#size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Never throws: a full disk must not end the server. */
  write(...parts: unknown[]): void {
    const text = format(...parts);
    const entry = text.length > maxEntry ? `${text.slice(0, maxEntry)}… (${text.length} characters)` : text;
    const line = `${new Date().toISOString()} ${entry}\n`;
    try {
      if (this.#size + line.length > maxBytes) {
        renameSync(this.#file, `${this.#file}.1`);
        this.#size = 0;
      }
      appendFileSync(this.#file, line, { mode: 0o600 });
      this.#size += Buffer.byteLength(line);
    } catch {
      // Nowhere left to say it.
    }
  }

  /** Sends everything that packages print to this file: Supabase Lite prints SQL errors with their parameters. */
  captureConsole(): void {
    const write = (...parts: unknown[]) => this.write(...parts);
    for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) console[method] = write;
  }
}

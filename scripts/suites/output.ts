import type { ChildProcess } from 'node:child_process';

/** Where a suite prints: at once, or kept until another has ended. */
export class SuiteOutput {
  #kept: Buffer[] | null = null;

  /** Keeps everything until `after` is settled, and shows it then. */
  constructor(after?: Promise<unknown>) {
    if (!after) return;
    this.#kept = [];
    const show = (): void => {
      process.stdout.write(Buffer.concat(this.#kept ?? []));
      this.#kept = null;
    };
    after.then(show, show);
  }

  /** Of the suite's process: only one that prints at once may know that it is a terminal. */
  get stdio(): 'inherit' | 'pipe' {
    return this.#kept ? 'pipe' : 'inherit';
  }

  /** Prints what a process with this `stdio` writes. */
  follow({ stdout, stderr }: ChildProcess): void {
    for (const stream of [stdout, stderr]) stream?.on('data', (chunk: Buffer) => this.#print(chunk));
  }

  say(line: string): void {
    this.#print(Buffer.from(`${line}\n`));
  }

  #print(chunk: Buffer): void {
    if (this.#kept) this.#kept.push(chunk);
    else process.stdout.write(chunk);
  }
}

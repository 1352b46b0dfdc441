import type { ChildProcess } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';

/** Questions to a process that answers each line of JSON on its input with one on its output. */
export class Conversation<Question, Answer> {
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  constructor(child: ChildProcess) {
    if (!child.stdout) throw new Error('The process has no output.');
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout });
  }

  /** One at a time; rejects when the process ends before it answers. */
  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error(`The process ended at ${JSON.stringify(question)}.`));
      this.#child.once('exit', gone);
      this.#lines.once('line', (line) => {
        this.#child.off('exit', gone);
        resolve(JSON.parse(line));
      });
      this.#child.stdin?.write(`${JSON.stringify(question)}\n`);
    });
  }
}

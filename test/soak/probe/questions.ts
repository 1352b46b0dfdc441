import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** What a process that is looked into says first, in a line of JSON. */
export interface Hello {
  readonly kind: 'host' | 'backend';
  readonly pid: number;
}
/** A line of JSON each. */
export interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}
export type Answer = { readonly id: number } & ({ readonly result: unknown } | { readonly error: string });

/** Environment variable with the port on 127.0.0.1 where questions come from. */
export const portVariable = 'RUNGLASS_SOAK_PORT';

export type Answers = Readonly<Record<string, (argument: never) => unknown>>;

/** Connects this process to the soak, and answers what it asks for as long as the connection stands. */
export function answerQuestions(kind: Hello['kind'], answers: Answers): void {
  const socket = connect(Number(process.env[portVariable]), '127.0.0.1');
  const say = (line: Hello | Answer) => socket.write(`${JSON.stringify(line)}\n`);
  const answer = async ({ id, name, argument }: Question): Promise<Answer> => {
    try {
      const result = (await answers[name]?.(argument as never)) ?? null;
      return { id, result };
    } catch (error) {
      return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
  // The soak may end before this process.
  socket.on('error', () => {});
  socket.unref();
  createInterface({ input: socket }).on('line', (line) => void answer(JSON.parse(line)).then(say));
  say({ kind, pid: process.pid });
}

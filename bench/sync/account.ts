import { randomUUID } from 'node:crypto';
import type { Table } from '../../src/shared/model.ts';
import type { NewRow, Write } from './stack.ts';

const day = 86_400_000;

/** The rows of an account that has been used for some months, by table. */
export interface AccountRows {
  readonly projects: readonly Write<'projects'>[];
  readonly training_runs: readonly Write<'training_runs'>[];
  readonly models: readonly Write<'models'>[];
  readonly usage_tracking: readonly Write<'usage_tracking'>[];
  readonly ide_sync_events: readonly Write<'ide_sync_events'>[];
}

export function makeAccount(): AccountRows {
  return {
    projects: make('projects', 10, (n) => ({ name: `Project ${n}`, description: 'What it is about.' })),
    training_runs: make('training_runs', 200, run),
    models: make('models', 100, (n) => ({
      name: `model-${n % 20}`,
      version: `${n}`,
      status: 'ready',
      metrics: { loss: 0.25, accuracy: 0.9 },
    })),
    usage_tracking: make('usage_tracking', 600, (n) => ({
      metric: `metric ${n % 10}`,
      day: new Date(Date.now() - Math.floor(n / 10) * day).toISOString().slice(0, 10),
      amount: 1_000 + n,
    })),
    ide_sync_events: make('ide_sync_events', 200, event),
  };
}

/** A run that has just begun, as a training script writes it. */
export function run(n: number): Omit<NewRow<'training_runs'>, 'id'> {
  return {
    name: `run ${n}`,
    status: 'running',
    step: 0,
    total_steps: 1_000,
    metrics: { loss: 0.25, accuracy: 0.9, learning_rate: 0.0001 },
  };
}

export function event(n: number): Omit<NewRow<'ide_sync_events'>, 'id'> {
  return {
    event_type: 'file.saved',
    occurred_at: new Date(Date.now() - n).toISOString(),
    payload: { language: 'python', saves: 1 },
  };
}

/** `count` new rows of one table. */
export function make<T extends Table>(
  table: T,
  count: number,
  fields: (n: number) => Omit<NewRow<T>, 'id'>,
): Write<T>[] {
  return Array.from({ length: count }, (_, n) => ({
    table,
    row: { ...fields(n), id: randomUUID() },
  })) as unknown as Write<T>[];
}

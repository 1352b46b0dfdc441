import type { FrameLocator, Locator } from 'playwright-core';
import type { Table } from '../../src/shared/model.ts';

/** What another client does to one row of a table, and where the open dashboard shows each step. */
export interface ChangeCase {
  readonly table: Table;
  readonly id: string;
  readonly inserted: Readonly<Record<string, unknown>>;
  readonly updated: Readonly<Record<string, unknown>>;
  /** On screen after the INSERT, after the UPDATE and after the DELETE. */
  seen(dashboard: FrameLocator): { inserted: Locator; updated: Locator; deleted: Locator };
}

const today = new Date().toISOString().slice(0, 10);

/** A row of a list, by a text in it; gone once the row is. */
function listed(section: string, id: string, texts: { inserted: string; updated: string }) {
  return (dashboard: FrameLocator) => {
    const list = dashboard.locator(`[data-section="${section}"]`);
    const row = list.locator(`[data-id="${id}"]`);
    return {
      inserted: row.filter({ hasText: texts.inserted }),
      updated: row.filter({ hasText: texts.updated }),
      deleted: list.filter({ hasNot: dashboard.locator(`[data-id="${id}"]`) }),
    };
  };
}

const ids = {
  project: '00000000-0000-4000-8000-0000000000a1',
  subscription: '00000000-0000-4000-8000-0000000000a2',
  usage: '00000000-0000-4000-8000-0000000000a3',
  run: '00000000-0000-4000-8000-0000000000a4',
  model: '00000000-0000-4000-8000-0000000000a5',
  event: '00000000-0000-4000-8000-0000000000a6',
};

export const changeCases: readonly ChangeCase[] = [
  {
    table: 'projects',
    id: ids.project,
    inserted: { name: 'Wonderland', color: '#4488cc' },
    updated: { name: 'Looking Glass' },
    seen: listed('projects', ids.project, { inserted: 'Wonderland', updated: 'Looking Glass' }),
  },
  {
    table: 'subscriptions',
    id: ids.subscription,
    inserted: { plan: 'Team Trial', status: 'trialing', limits: { tokens: { limit: 1_000 } } },
    updated: { plan: 'Team Gold', status: 'active' },
    seen: (dashboard) => {
      const plan = dashboard.locator('[data-section="plan"]');
      return {
        inserted: plan.filter({ hasText: 'Team Trial' }),
        updated: plan.filter({ hasText: 'Team Gold' }),
        deleted: plan.filter({ has: dashboard.locator('[data-empty]') }),
      };
    },
  },
  {
    table: 'usage_tracking',
    id: ids.usage,
    inserted: { metric: 'e2e_units', day: today, amount: 250 },
    updated: { amount: 800 },
    seen: (dashboard) => {
      const usage = dashboard.locator('[data-section="usage"]');
      const gauge = '[data-metric="e2e_units"]';
      return {
        inserted: usage.locator(`${gauge}[data-used="250"]`),
        updated: usage.locator(`${gauge}[data-used="800"]`),
        deleted: usage.filter({ hasNot: dashboard.locator(gauge) }),
      };
    },
  },
  {
    table: 'training_runs',
    id: ids.run,
    inserted: { name: 'alice-mlp', status: 'running', progress: 0.25, step: 250, total_steps: 1_000 },
    updated: { progress: 0.5, step: 500 },
    seen: listed('runs', ids.run, { inserted: '25%', updated: '50%' }),
  },
  {
    table: 'models',
    id: ids.model,
    inserted: { name: 'alice', version: '1.0', status: 'training' },
    updated: { status: 'deployed' },
    seen: listed('models', ids.model, { inserted: 'raining', updated: 'eployed' }),
  },
  {
    table: 'ide_sync_events',
    id: ids.event,
    inserted: { event_type: 'e2e.note', editor: 'another editor', payload: { title: 'first words' } },
    updated: { payload: { title: 'second thoughts' } },
    seen: listed('activity', ids.event, { inserted: 'first words', updated: 'second thoughts' }),
  },
];

import { setTimeout as sleep } from 'node:timers/promises';
import type { RoundPlan, View } from './plan.ts';
import type { Stage } from './stage.ts';

/** Does what is planned, all at once, and leaves the dashboard alone in front. */
export async function playRound(stage: Stage, plan: RoundPlan): Promise<void> {
  if (plan.reload) await stage.reload();
  await Promise.all([change(stage, plan), weather(stage, plan), view(stage, plan)]);
  await stage.run('runglass.sendActivity');
}

/** A backend that is restarted meanwhile refuses some of it, which is no fault. */
async function change({ backend }: Stage, { changes, goes, weather }: RoundPlan): Promise<void> {
  try {
    for (let go = 0; go < goes; go += 1) await backend.change(Math.ceil(changes / goes));
    await backend.endRun();
  } catch (error) {
    if (weather !== 'restart') throw error;
  }
}

async function weather({ backend, proxy }: Stage, { weather, lasts }: RoundPlan): Promise<void> {
  switch (weather) {
    case 'cut':
      proxy.cut();
      break;
    case 'sockets cut':
      proxy.cut({ only: 'websocket' });
      break;
    case 'restart':
      await backend.restart();
      break;
    case 'slow':
      proxy.latency(lasts / 10);
      break;
    case 'stall':
      proxy.stall();
      break;
    case 'half open':
      proxy.halfOpen();
      break;
    default:
      weather satisfies never;
  }
  await sleep(lasts);
  proxy.heal();
}

async function view(stage: Stage, { views, round }: RoundPlan): Promise<void> {
  for (const one of views) await look(stage, one, round);
}

async function look(stage: Stage, one: View, round: number): Promise<void> {
  const { window, host } = stage;
  switch (one) {
    case 'hide':
      await stage.run('workbench.action.files.newUntitledFile');
      await window.workbench.webview.locator('body').waitFor({ state: 'hidden' });
      await stage.run('workbench.action.closeActiveEditor');
      break;
    case 'close':
      await stage.run('workbench.action.closeAllEditors');
      await stage.run('runglass.openDashboard');
      break;
    case 'sheet': {
      await window.section('runs').locator('[data-row][data-id]').first().click();
      const sheet = window.dashboard.locator('dialog[open]');
      await sheet.waitFor();
      await window.workbench.page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'detached' });
      break;
    }
    case 'save':
      await host.ask('save', round);
      break;
    default:
      one satisfies never;
  }
  await window.section('projects').waitFor();
}

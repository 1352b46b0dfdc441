import { setTimeout as pause } from 'node:timers/promises';
import { type Row, row } from '../rows.ts';
import type { Editor } from './editor.ts';
import { type Scene, signIn } from './scene.ts';

const seconds = 60;

/**
 * A minute in which nothing changes: signed in and live, the dashboard behind another tab. VS Code's own extension host
 * takes up to 1 % of a processor by itself, more in one minute than in another; so a profile tells what is ours.
 */
export async function measureIdle(editor: Editor, { backend }: Scene): Promise<Row[]> {
  const window = await editor.open();
  await signIn(window, backend);
  await window.run('runglass.openDashboard');
  await window.dashboardLive();
  await window.run('workbench.action.files.newUntitledFile');
  // What begins with a window has ended by then.
  await pause(10_000);
  const { ours, timers } = await window.usage(seconds * 1_000);
  await window.context.close();
  return [
    row('idle, dashboard hidden: timers that fire', timers / seconds, '/s', { atMost: 1 }),
    row('idle, dashboard hidden: time of our code', (100 * ours) / (seconds * 1_000), '%', { atMost: 0.1 }),
  ];
}

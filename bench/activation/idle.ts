import { setTimeout as pause } from 'node:timers/promises';
import { type Row, row } from '../rows.ts';
import { Editor, type EditorWindow } from './editor.ts';
import type { Usage } from './probe.ts';
import { type Scene, signIn } from './scene.ts';

const seconds = 60;

/**
 * A minute in which nothing changes: signed in and live, the dashboard behind another tab. At the same time another
 * window, without Runglass, tells what VS Code's own extension host takes.
 */
export async function measureIdle(editor: Editor, { browser, backend }: Scene): Promise<Row[]> {
  const bare = await Editor.start(browser, { vsix: null });
  try {
    const window = await editor.open();
    await signIn(window, backend);
    await window.run('runglass.openDashboard');
    await window.dashboardLive();
    const empty = await bare.open();
    for (const each of [window, empty]) await each.run('workbench.action.files.newUntitledFile');
    // What begins with a window has ended by then.
    await pause(10_000);
    const [ours, without] = await Promise.all([usageOf(window), usageOf(empty)]);
    return [
      row('idle, dashboard hidden: timers that fire', ours.timers / seconds, '/s', { atMost: 1 }),
      row('idle, dashboard hidden: CPU of the extension host', share(ours), '%'),
      row('idle: CPU of an extension host without Runglass', share(without), '%'),
      row('idle, dashboard hidden: CPU that Runglass adds', share(ours) - share(without), '%', {
        atMost: 0.1,
      }),
    ];
  } finally {
    await bare.stop();
  }
}

async function usageOf(window: EditorWindow): Promise<Usage> {
  const before = await window.usage();
  await pause(seconds * 1_000);
  const after = await window.usage();
  return { cpu: after.cpu - before.cpu, timers: after.timers - before.timers };
}

/** Of one processor, %. */
function share({ cpu }: Usage): number {
  return (100 * cpu) / (seconds * 1_000);
}

import { statSync } from 'node:fs';
import { Editor } from './activation/editor.ts';
import { measureIdle } from './activation/idle.ts';
import { measureLoads } from './activation/loads.ts';
import { setScene } from './activation/scene.ts';
import { measureStarts } from './activation/starts.ts';
import { type Measure, row } from './rows.ts';

/** What the installed extension costs a window of a real VS Code: its start, what it loads when, and when nothing happens. */
export const measure: Measure = async (say) => {
  const scene = await setScene();
  try {
    const starts = await measureStarts(scene, say);
    const { browser, vsix, settings } = scene;
    const traced = await Editor.start(browser, { vsix, settings, trace: true });
    try {
      say('what loads when');
      const loads = await measureLoads(traced);
      say('idle for a minute');
      const idle = await measureIdle(traced, scene);
      const size = row('the package (.vsix)', statSync(vsix).size / 2 ** 20, 'MB', { atMost: 15 });
      return [...starts, ...loads, size, ...idle];
    } finally {
      await traced.stop();
    }
  } finally {
    await scene.stop();
  }
};

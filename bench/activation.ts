import { Editor } from './activation/editor.ts';
import { measureIdle } from './activation/idle.ts';
import { measureLoads } from './activation/loads.ts';
import { setScene } from './activation/scene.ts';
import { measureStarts } from './activation/starts.ts';
import type { Measure } from './rows.ts';

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
      return [...starts, ...loads, ...(await measureIdle(traced, scene))];
    } finally {
      await traced.stop();
    }
  } finally {
    await scene.stop();
  }
};

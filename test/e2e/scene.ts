import { openVscode, type RunglassWindow, type VscodeHost } from '../support/workbench.ts';
import { type EmbeddedStack, startEmbedded } from './stack.ts';

/** An embedded backend and one window with the live dashboard of its user. */
export interface Scene {
  readonly stack: EmbeddedStack;
  readonly host: VscodeHost;
  readonly window: RunglassWindow;
}

interface SceneOptions {
  /** Adds the rows of supabase/seed.sql. */
  readonly seed?: boolean;
  /** Runs before VS Code starts. */
  readonly prepare?: (stack: EmbeddedStack) => Promise<void>;
  /** The user's, besides the folder of the backend. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** False leaves the window as it is before a backend is chosen. */
  readonly connected?: boolean;
  /** Display language, BCP 47. */
  readonly language?: string;
}

/** Sets the scene for the specs of this suite; what it answers holds once they run. A failed spec leaves a picture. */
export function setScene(options: SceneOptions = {}): Scene {
  const { seed = false, prepare, settings, connected = true, language } = options;
  let stack: EmbeddedStack | undefined;
  let host: VscodeHost | undefined;
  let window: RunglassWindow | undefined;

  before(async function () {
    this.timeout(240_000);
    stack = await startEmbedded({ seed });
    await prepare?.(stack);
    host = await openVscode(
      { 'runglass.embedded.dataFolder': stack.dataFolder, ...settings },
      [],
      language ? { language } : {},
    );
    window = await host.open();
    if (connected) await window.openEmbedded();
    else await window.status.waitFor({ timeout: 60_000 });
  });

  after(async function () {
    this.timeout(120_000);
    try {
      await host?.dispose();
    } finally {
      await stack?.dispose();
    }
  });

  return {
    get stack() {
      return there(stack);
    },
    get host() {
      return there(host);
    },
    get window() {
      return there(window);
    },
  };
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The scene is set only while its specs run.');
  return value;
}

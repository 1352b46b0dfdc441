import { type Row, row } from '../rows.ts';
import { median } from '../statistics.ts';
import { controlId, Editor, type EditorWindow, ourId } from './editor.ts';
import { type Scene, signIn } from './scene.ts';
import type { Times } from './times.ts';

const rounds = 9;
/** What `activate()` may take, ms. */
const goal = { atMost: 20 };

interface Start {
  readonly ours: Times;
  readonly control: Times;
  /** CPU time of our `activate()`, ms. */
  readonly cpu: number;
  /** Since the document of the window began, ms. */
  readonly drawn: number;
  readonly statusShown: number;
  /** Null where no dashboard is open. */
  readonly live: number | null;
}

interface State {
  readonly name: string;
  readonly dashboard?: boolean;
  readonly prepare: (window: EditorWindow, scene: Scene) => Promise<void>;
}

const states: readonly State[] = [
  { name: 'no backend', prepare: async () => {} },
  { name: 'local backend', prepare: (window) => window.run('runglass.useEmbedded') },
  {
    name: 'signed in, dashboard open',
    dashboard: true,
    prepare: async (window, { backend }) => {
      await signIn(window, backend);
      await window.run('runglass.openDashboard');
      await window.dashboardLive();
    },
  },
];

/** Windows that are reloaded, as VS Code itself reports their activation, beside an empty extension in the same window. */
export async function measureStarts(scene: Scene, say: (line: string) => void): Promise<Row[]> {
  const { browser, vsix, settings } = scene;
  const editor = await Editor.start(browser, { vsix, settings });
  try {
    const rows: Row[] = [];
    for (const state of states) {
      say(`window starts: ${state.name}`);
      const window = await editor.open();
      await state.prepare(window, scene);
      const starts: Start[] = [];
      for (let round = 0; round <= rounds; round++) {
        const start = await startOf(window, state);
        // The first reads from the disk what is then in memory.
        if (round > 0) starts.push(start);
      }
      rows.push(...report(state, starts));
      await window.context.close();
    }
    return rows;
  } finally {
    await editor.stop();
  }
}

async function startOf(window: EditorWindow, { dashboard }: State): Promise<Start> {
  await window.reload();
  const drawn = await window.age();
  await window.statusShown();
  const statusShown = await window.age();
  if (dashboard) await window.dashboardLive();
  const live = dashboard ? await window.age() : null;
  const times = await window.activationTimes();
  const [ours, control] = [times[ourId], times[controlId]];
  if (!ours || !control)
    throw new Error(`VS Code does not report the activation of ${ours ? controlId : ourId}.`);
  return { ours, control, cpu: await window.activateCpu(), drawn, statusShown, live };
}

function report({ name, dashboard }: State, starts: readonly Start[]): Row[] {
  const middle = (read: (start: Start) => number) => median(starts.map(read));
  return [
    row(
      `${name}: activate()`,
      middle(({ ours }) => ours.callActivate),
      'ms',
      goal,
    ),
    row(
      `${name}: activate(), CPU time`,
      middle(({ cpu }) => cpu),
      'ms',
      goal,
    ),
    row(`${name}: activate(), slowest`, Math.max(...starts.map(({ ours }) => ours.callActivate)), 'ms'),
    row(
      `${name}: loading the code`,
      middle(({ ours }) => ours.loadCode),
      'ms',
    ),
    row(
      `${name}: an empty extension, activate()`,
      middle(({ control }) => control.callActivate),
      'ms',
    ),
    row(
      `${name}: an empty extension, loading the code`,
      middle(({ control }) => control.loadCode),
      'ms',
    ),
    row(
      `${name}: window drawn`,
      middle(({ drawn }) => drawn),
      'ms',
    ),
    row(
      `${name}: status bar shown`,
      middle(({ statusShown }) => statusShown),
      'ms',
    ),
    ...(dashboard
      ? [
          row(
            `${name}: dashboard live`,
            middle(({ live }) => live ?? Number.NaN),
            'ms',
          ),
        ]
      : []),
  ];
}

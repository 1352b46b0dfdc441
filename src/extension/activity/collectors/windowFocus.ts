import * as vscode from 'vscode';
import { eventTypes } from '../../../shared/activity.ts';
import type { Collecting, CollectorHost } from './collector.ts';
import { Tally } from './tally.ts';

/** One event in so long, ms. */
const period = 5 * 60_000;

/** Reports that the window got the focus back, and how often. */
export function collectWindowFocus({ log }: CollectorHost): Collecting {
  const tally = new Tally(period);
  let { focused } = vscode.window.state;
  const tell = (times: number) => {
    if (times > 0) log({ type: eventTypes.windowFocused, payload: { times } });
  };
  const listening = vscode.window.onDidChangeWindowState((state) => {
    if (state.focused === focused) return;
    focused = state.focused;
    if (focused) tell(tally.count('', performance.now()));
  });
  return { flush: () => tell(tally.rest().times), dispose: () => listening.dispose() };
}

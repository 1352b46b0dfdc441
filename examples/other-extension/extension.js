const vscode = require('vscode');

const ended = new Set(['completed', 'failed', 'cancelled', 'stopped']);

/** Hears each change of a training run: `{ eventType, table, new, old, seq, source }`. */
function onRunChange(change) {
  const run = change.new;
  // Rows that Runglass holds already come as INSERTs, and a run may change after it has ended.
  if (change.eventType !== 'UPDATE' || !ended.has(run.status) || ended.has(change.old?.status)) return;
  const loss = run.metrics.val_loss ?? run.metrics.loss;
  const detail = typeof loss === 'number' ? `, loss ${loss.toFixed(3)}` : '';
  vscode.window.setStatusBarMessage(`$(bell) ${run.name}: ${run.status}${detail}`, 10_000);
}

async function activate(context) {
  const runglass = await vscode.extensions.getExtension('runglass.runglass').activate();
  let unsubscribe = () => {};

  const follow = () => {
    unsubscribe();
    const userId = vscode.workspace.getConfiguration('runChime').get('userId', '');
    // Costs no connection of its own: the dashboard and every subscriber share one channel, which Runglass closes
    // when the last of them leaves. It waits by itself until this user is signed in.
    unsubscribe = userId ? runglass.subscribeToTrainingRunsUpdates(userId, onRunChange) : () => {};
  };
  follow();
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('runChime.userId')) follow();
    }),
    { dispose: () => unsubscribe() },
  );
}

module.exports = { activate };

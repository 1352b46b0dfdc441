import { listWords, plural, t } from '../../shared/l10n.ts';
import { metricName } from '../../shared/names.ts';
import { lastHeartbeat, runDuration } from '../../shared/runs.ts';
import type { Period } from '../../shared/usage.ts';
import { oneLine } from '../markdown.ts';
import { type RunSaying, runName, runTook } from '../runWords.ts';
import { withoutLinks } from '../words.ts';
import type { LimitNews } from './limitNews.ts';
import type { RunNews } from './runNews.ts';

/** What notifications say. VS Code makes links of `[text](command:…)` in them, so names are kept from being any. */

export function runNewsWords({ kind, run }: RunNews, saying: RunSaying): string {
  const { formats, now } = saying;
  const name = withoutLinks(oneLine(runName(run), 80));
  const took = (runDuration(run, now) ?? 0) < 1_000 ? null : runTook(run, saying);
  switch (kind) {
    case 'completed':
      return took === null
        ? t('The run "{0}" is done.', name)
        : t('The run "{0}" is done, after {1}.', name, took);
    case 'failed': {
      const reason = withoutLinks(oneLine(run.error ?? '', 160));
      if (run.status === 'stopped')
        return reason
          ? t('The run "{0}" was stopped: {1}', name, reason)
          : t('The run "{0}" was stopped by a limit of the plan.', name);
      return reason ? t('The run "{0}" failed: {1}', name, reason) : t('The run "{0}" failed.', name);
    }
    case 'stalled':
      return t(
        'The run "{0}" has given no sign of life for {1}.',
        name,
        formats.duration(now - lastHeartbeat(run)),
      );
  }
}

/** Of several at once: how many of each kind. */
export function manyRunsWords(news: readonly RunNews[], { formats }: RunSaying): string {
  const count = (kind: RunNews['kind']) => news.filter((each) => each.kind === kind).length;
  const [done, failed, stalled] = [count('completed'), count('failed'), count('stalled')];
  const parts: string[] = [];
  if (done > 0) parts.push(plural(done, '{0} run is done.', '{0} runs are done.', formats.number(done)));
  if (failed > 0) parts.push(plural(failed, '{0} run failed.', '{0} runs failed.', formats.number(failed)));
  if (stalled > 0)
    parts.push(
      plural(
        stalled,
        '{0} run gives no sign of life.',
        '{0} runs give no sign of life.',
        formats.number(stalled),
      ),
    );
  return parts.join(' ');
}

export function limitNewsWords({ usage, threshold }: LimitNews, period: Period, saying: RunSaying): string {
  const { formats, now } = saying;
  const { metric, used, limit, ratio, hard } = usage;
  const name = withoutLinks(oneLine(metricName(metric), 60));
  const reset = formats.utcDate(period.end, now);
  const isFull = ratio !== null && ratio >= 1;
  if (isFull && hard) return t('{0}: the limit is reached. Further usage is refused until {1}.', name, reset);
  // Beyond the limit its being reached has been told: how far beyond is the news.
  if (isFull && (threshold <= 100 || !Number.isFinite(ratio)))
    return t('{0}: the limit is reached. It only warns; it resets {1}.', name, reset);
  return t(
    '{0}: {1} of the limit is used ({2} of {3}). It resets {4}.',
    ...[
      name,
      formats.percent(ratio ?? 0),
      formats.amount(metric, used),
      formats.amount(metric, limit ?? 0),
      reset,
    ],
  );
}

/** Of several limits at once. */
export function manyLimitsWords(news: readonly LimitNews[], { formats }: RunSaying): string {
  const parts = news.map(
    ({ usage: { metric, ratio } }) =>
      `${withoutLinks(oneLine(metricName(metric), 60))} ${formats.percent(ratio ?? 0)}`,
  );
  return t('Of these limits much is used: {0}.', listWords(parts));
}

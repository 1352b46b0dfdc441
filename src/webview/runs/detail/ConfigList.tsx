import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { clip, type Formats } from '../../../shared/format.ts';
import { plural, rich, t } from '../../../shared/l10n.ts';
import { CopyButton } from '../../components/CopyButton.tsx';
import { Skeleton } from '../../components/Placeholder.tsx';
import { SearchBox } from '../../components/SearchBox.tsx';
import { useDashboard } from '../../context.ts';
import type { RunConfigs } from './configs.ts';
import { type ConfigEntry, flatten, maxEntries, searchEntries, valueText } from './flatten.ts';
import { Problem } from './Problem.tsx';

/** From so many entries on they can be searched. */
const searchable = 8;
/** Entries that are drawn at first, and how many more with each click. */
const page = 100;
const maxValue = 300;

interface Props {
  readonly run: string;
  readonly configs: RunConfigs;
}

/** What a run was configured with: nested names in one list that can be searched and copied. */
export function ConfigList({ run, configs }: Props): JSX.Element {
  const { config, problem } = configs.of(run).value;
  const entries = useMemo(() => (config ? flatten(config) : []), [config]);
  const copy = config ? (
    <CopyButton
      what="config"
      label={t('Copy the config as JSON')}
      text={() => JSON.stringify(config, null, 2)}
    >
      {t('Copy as JSON')}
    </CopyButton>
  ) : null;
  return (
    <section class="sheet-part" data-detail="config" aria-labelledby="run-config">
      <header class="sheet-part-header">
        <h3 id="run-config">{t('Config')}</h3>
        {copy}
      </header>
      {problem === null ? null : <Problem retry={() => configs.read(run)}>{problem}</Problem>}
      {config === undefined && problem === null ? <Skeleton rows={4} class="config-skeleton" /> : null}
      {config === null || (config && entries.length === 0) ? (
        <NoConfig again={() => configs.read(run)} />
      ) : null}
      {entries.length > 0 ? <Entries entries={entries} /> : null}
    </section>
  );
}

function NoConfig({ again }: { again: () => void }): JSX.Element {
  return (
    <div class="empty">
      <p>
        {rich(
          'No config was logged for this run. A script logs it once, at its start: insert a row with {0} and {1} into {2}.',
          <code>run_id</code>,
          <code>config</code>,
          <code>training_run_configs</code>,
        )}
      </p>
      <p>
        <button type="button" class="button link" onClick={again}>
          {t('Look again')}
        </button>
      </p>
    </div>
  );
}

function Entries({ entries }: { entries: readonly ConfigEntry[] }): JSX.Element {
  const { runSheets, formats } = useDashboard();
  const [limit, setLimit] = useState(page);
  const canSearch = entries.length >= searchable;
  const search = useMemo(() => computed(() => runSheets.configSearch.value), []).value;
  const found = canSearch ? searchEntries(entries, search) : entries;
  const rest = found.length - limit;
  return (
    <>
      {canSearch ? (
        <div class="config-search">
          <SearchBox
            label={t('Search keys and values')}
            name="config"
            value={search}
            onSearch={(text) => {
              runSheets.configSearch.value = text;
            }}
          />
          <span class="muted small num" role="status">
            {countWords(search.trim() === '' ? null : found.length, entries.length, formats)}
          </span>
        </div>
      ) : null}
      {found.length === 0 ? <p class="empty">{t('Nothing in the config matches this search.')}</p> : null}
      <dl class="config">
        {found.slice(0, limit).map((entry) => (
          <Entry key={entry.key} entry={entry} />
        ))}
      </dl>
      {rest > 0 ? (
        <button type="button" class="button link show-more" onClick={() => setLimit(limit + page)}>
          {t('Show more values ({0} of {1})', formats.number(Math.min(rest, page)), formats.number(rest))}
        </button>
      ) : null}
    </>
  );
}

/** How many values there are; `found` of them match the search, null without one. */
function countWords(found: number | null, all: number, formats: Formats): string {
  const number = formats.number(all);
  if (found !== null)
    return plural(all, '{0} of {1} value', '{0} of {1} values', formats.number(found), number);
  return all >= maxEntries
    ? plural(all, 'The first {0} value', 'The first {0} values', number)
    : plural(all, '{0} value', '{0} values', number);
}

function Entry({ entry: { key, value } }: { entry: ConfigEntry }): JSX.Element {
  const text = valueText(value);
  return (
    <div class="config-entry">
      <dt title={clip(key)}>{clip(key, maxValue)}</dt>
      <dd
        class={typeof value === 'number' ? 'num' : undefined}
        title={text.length > 40 ? clip(text) : undefined}
      >
        {clip(text, maxValue)}
      </dd>
    </div>
  );
}

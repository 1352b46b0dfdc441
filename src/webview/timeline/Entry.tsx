import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { rich, t } from '../../shared/l10n.ts';
import { Icon } from '../components/Icon.tsx';
import { memo } from '../components/memo.ts';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useHighlight } from '../components/useHighlight.ts';
import { useDashboard } from '../context.ts';
import { Facts } from './Facts.tsx';
import type { Part, Entry as Row } from './groups.ts';
import { ProjectLink, RunLink } from './Links.tsx';
import { partsWords, standingOf } from './words.ts';

/** Parts of an open row that are drawn at first, and with each click. */
const partStep = 50;

interface Props {
  readonly entry: Row;
  /** Ids of rows that are open, among those of this one; the same set while they are the same. */
  readonly open: string;
}

/** One row of the timeline; draws again only when it has changed or was opened. */
export const Entry = memo(function EntryView({ entry, open }: Props): JSX.Element {
  const { actions } = useDashboard();
  const { key, parts } = entry;
  const [{ moment }] = parts;
  const source = moment.kind === 'run' ? moment.run : moment.event;
  const element = useHighlight<HTMLLIElement>(source, moment.id);
  const isOpen = open !== '';
  const isGroup = parts.length > 1;
  return (
    <li class="moment-row" data-id={key} data-count={parts.length} ref={element}>
      <Line
        id={isGroup ? groupId(key) : key}
        parts={parts}
        open={isOpen}
        onToggle={() => actions.setOpen(!isOpen, isGroup ? groupId(key) : key, openIds(entry))}
      />
      {isOpen ? isGroup ? <Parts parts={parts} open={open} /> : <Facts part={parts[0]} /> : null}
    </li>
  );
});

/** Which rows of an entry are open, as one text that is the same while they are. */
export function openOf(entry: Row, open: ReadonlySet<string>): string {
  return open.size === 0
    ? ''
    : openIds(entry)
        .filter((id) => open.has(id))
        .join(' ');
}

function openIds({ key, parts }: Row): string[] {
  const ids = parts.map(({ moment }) => moment.id);
  return parts.length > 1 ? [groupId(key), ...ids] : ids;
}

function groupId(key: string): string {
  return `all/${key}`;
}

function Parts({ parts, open }: { parts: readonly Part[]; open: string }): JSX.Element {
  const { actions } = useDashboard();
  const [count, setCount] = useState(partStep);
  const opened = new Set(open.split(' '));
  return (
    <>
      <ul class="parts">
        {parts.slice(0, count).map((part) => {
          const { id } = part.moment;
          return (
            <li key={id} data-part={id}>
              <Line id={id} parts={[part]} open={opened.has(id)} onToggle={() => actions.toggleOpen(id)} />
              {opened.has(id) ? <Facts part={part} /> : null}
            </li>
          );
        })}
      </ul>
      {parts.length > count ? (
        <button type="button" class="button link show-more" onClick={() => setCount(count + partStep)}>
          {t('Show more')}
        </button>
      ) : null}
    </>
  );
}

interface LineProps {
  readonly id: string;
  readonly parts: readonly [Part, ...Part[]];
  readonly open: boolean;
  readonly onToggle: () => void;
}

/** What happened, and when; a click anywhere but on a link opens it. */
function Line({ id, parts, open, onToggle }: LineProps): JSX.Element {
  const { formats } = useDashboard();
  const [{ moment }] = parts;
  const { icon, tone, verb, subject, detail } = partsWords(parts, formats);
  const run = moment.kind === 'run' ? (parts.length === 1 ? moment.run.id : null) : moment.event.run_id;
  const isRun = moment.kind === 'run';
  const words = `words-${id}`;
  return (
    <div class="row moment">
      <button
        type="button"
        class="moment-toggle"
        aria-expanded={open}
        aria-labelledby={words}
        onClick={onToggle}
      />
      <Icon name="chevron" class={`twistie ${open ? 'open' : ''}`} />
      <Icon name={icon} class={tone} />
      <span class="moment-text" id={words}>
        <span>{verb}</span>
        {subject ? <span class="strong"> {subject}</span> : null}
        {isRun ? <RunLink id={run}>{(link) => [' ', link]}</RunLink> : null}
        <ProjectLink id={moment.project}>{(link) => [' ', ...rich('in {0}', link)]}</ProjectLink>
        {detail ? <span class="muted"> {detail}</span> : null}
        {isRun ? null : <RunLink id={run}>{(link) => [' · ', ...rich('run {0}', link)]}</RunLink>}
      </span>
      <Standing parts={parts} />
      <span class="muted moment-age">
        <RelativeTime at={moment.at} />
      </span>
    </div>
  );
}

/** That an event of this window is not in the database yet; the newest of a row speaks for it. */
function Standing({ parts }: { parts: readonly Part[] }): ComponentChildren {
  const pending = parts.find(({ moment }) => moment.kind !== 'run' && moment.state !== 'stored')?.moment;
  if (!pending || pending.kind === 'run' || pending.state === 'stored') return null;
  const { icon, words, tone } = standingOf(pending.state);
  return (
    <span class="moment-standing" data-standing={pending.state} title={words}>
      <Icon name={icon} class={tone} />
      <span class="visually-hidden">{words}</span>
    </span>
  );
}

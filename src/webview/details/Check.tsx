import type { JSX } from 'preact';
import type { DoctorCheck, DoctorFinding } from '../../shared/doctor.ts';
import { clip } from '../../shared/format.ts';
import { t } from '../../shared/l10n.ts';
import { Icon } from '../components/Icon.tsx';
import type { IconName } from '../components/icons.ts';
import { ScrollArea } from '../components/ScrollArea.tsx';
import { useDashboard } from '../context.ts';

/** Of a sentence, characters; a server may have had a part in it. */
const longest = 2_000;
/** Shown of a statement; Copy takes all of it. */
const longestSql = 50_000;

interface Look {
  readonly icon: IconName;
  readonly tone: string;
}

const looks: Readonly<Record<DoctorCheck['outcome'], Look>> = {
  waiting: { icon: 'clock', tone: 'quiet' },
  running: { icon: 'refresh', tone: 'accent' },
  ok: { icon: 'pass', tone: 'good' },
  warning: { icon: 'warning', tone: 'warn' },
  failed: { icon: 'error', tone: 'bad' },
  skipped: { icon: 'slash', tone: 'quiet' },
};

function outcomeName(outcome: DoctorCheck['outcome']): string {
  switch (outcome) {
    case 'waiting':
      return t('Waiting');
    case 'running':
      return t('Checking');
    case 'ok':
      return t('OK');
    case 'warning':
      return t('Warning');
    case 'failed':
      return t('Failed');
    case 'skipped':
      return t('Skipped');
    default:
      return outcome satisfies never;
  }
}

/** One check of the Doctor, with what it found. */
export function Check({ check }: { check: DoctorCheck }): JSX.Element {
  const { id, title, outcome, detail, findings } = check;
  const { icon, tone } = looks[outcome];
  return (
    <li class="check" data-check={id} data-outcome={outcome}>
      <Icon name={icon} class={`tone-${tone} ${outcome === 'running' ? 'spin' : ''}`} />
      <div class="check-text">
        <p class="check-line">
          <span class="strong">{title}</span>
          <span class={`tag tone-${tone}`}>{outcomeName(outcome)}</span>
        </p>
        {detail ? <p class="muted">{clip(detail, longest)}</p> : null}
        {findings.map((finding, index) => (
          <Finding key={index} id={`${id}/${index}`} finding={finding} said={detail} />
        ))}
      </div>
    </li>
  );
}

interface FindingProps {
  readonly id: string;
  readonly finding: DoctorFinding;
  /** What the check says; not said again. */
  readonly said: string;
}

function Finding({ id, finding, said }: FindingProps): JSX.Element {
  const { table, detail, remedy } = finding;
  return (
    <div class="finding" data-finding={table ?? ''}>
      {said.includes(detail) ? null : (
        <p>
          {table ? (
            <>
              <code>{clip(table, 100)}</code>:{' '}
            </>
          ) : null}
          {clip(detail, longest)}
        </p>
      )}
      {remedy?.kind === 'setting' ? <p class="remedy">{clip(remedy.text, longest)}</p> : null}
      {remedy?.kind === 'sql' ? <Sql id={id} text={remedy.text} /> : null}
    </div>
  );
}

function Sql({ id, text }: { id: string; text: string }): JSX.Element {
  const { actions, store } = useDashboard();
  return (
    <div class="sql">
      <ScrollArea class="sql-text" aria-label={t('SQL that mends it')}>
        <pre>{clip(text, longestSql)}</pre>
      </ScrollArea>
      <button type="button" class="button secondary" data-copy={id} onClick={() => actions.copy(id, text)}>
        {store.copied.value === id ? t('Copied') : t('Copy SQL')}
      </button>
    </div>
  );
}

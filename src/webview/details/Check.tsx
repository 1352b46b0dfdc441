import type { JSX } from 'preact';
import type { DoctorCheck, DoctorFinding } from '../../shared/doctor.ts';
import { Icon } from '../components/Icon.tsx';
import type { IconName } from '../components/icons.ts';
import { useDashboard } from '../context.ts';

interface Look {
  readonly icon: IconName;
  readonly tone: string;
  readonly word: string;
}

const looks: Readonly<Record<DoctorCheck['outcome'], Look>> = {
  waiting: { icon: 'clock', tone: 'quiet', word: 'Waiting' },
  running: { icon: 'refresh', tone: 'accent', word: 'Checking' },
  ok: { icon: 'pass', tone: 'good', word: 'OK' },
  warning: { icon: 'warning', tone: 'warn', word: 'Warning' },
  failed: { icon: 'error', tone: 'bad', word: 'Failed' },
  skipped: { icon: 'slash', tone: 'quiet', word: 'Skipped' },
};

/** One check of the Doctor, with what it found. */
export function Check({ check }: { check: DoctorCheck }): JSX.Element {
  const { id, title, outcome, detail, findings } = check;
  const { icon, tone, word } = looks[outcome];
  return (
    <li class="check" data-check={id} data-outcome={outcome}>
      <Icon name={icon} class={`tone-${tone} ${outcome === 'running' ? 'spin' : ''}`} />
      <div class="check-text">
        <p class="check-line">
          <span class="strong">{title}</span>
          <span class={`tag tone-${tone}`}>{word}</span>
        </p>
        {detail ? <p class="muted">{detail}</p> : null}
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
              <code>{table}</code>:{' '}
            </>
          ) : null}
          {detail}
        </p>
      )}
      {remedy?.kind === 'setting' ? <p class="remedy">{remedy.text}</p> : null}
      {remedy?.kind === 'sql' ? <Sql id={id} text={remedy.text} /> : null}
    </div>
  );
}

function Sql({ id, text }: { id: string; text: string }): JSX.Element {
  const { actions, store } = useDashboard();
  return (
    <div class="sql">
      {/* biome-ignore lint/a11y/useSemanticElements: no field set, and no landmark: there are many of them */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard */}
      <div role="group" class="sql-text" tabIndex={0} aria-label="SQL that mends it">
        <pre>{text}</pre>
      </div>
      <button type="button" class="button secondary" data-copy={id} onClick={() => actions.copy(id, text)}>
        {store.copied.value === id ? 'Copied' : 'Copy SQL'}
      </button>
    </div>
  );
}

import { computed } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { clip, shownName } from '../../../shared/format.ts';
import { t } from '../../../shared/l10n.ts';
import type { RunRow } from '../../../shared/model.ts';
import { numericMetrics, runState } from '../../../shared/runs.ts';
import { CopiedStatus, CopyButton } from '../../components/CopyButton.tsx';
import { Empty, Skeleton } from '../../components/Placeholder.tsx';
import { ProjectLabel } from '../../components/ProjectLabel.tsx';
import { RunStatus } from '../../components/RunStatus.tsx';
import { Sheet } from '../../components/Sheet.tsx';
import { useDashboard } from '../../context.ts';
import { CancelRun } from './CancelRun.tsx';
import { ConfigList } from './ConfigList.tsx';
import { Cost } from './Cost.tsx';
import { CurveGrid } from './CurveGrid.tsx';
import { Facts } from './Facts.tsx';
import { Notices } from './Notices.tsx';
import { Produced } from './Produced.tsx';
import { followRun, type Presence } from './presence.ts';
import { RunError } from './RunError.tsx';
import { useRunReaders } from './useRunReaders.ts';
import { absenceWords, unavailableRuns } from './words.ts';

/** Points of a curve that are read at first. */
const maxPoints = 2_000;

/** The sheet of one run: where it stands, its curves as they grow, what it cost, made and was configured with. */
export function RunDetail({ id }: { id: string }): JSX.Element {
  const { store, views, runs, runSheets } = useDashboard();
  const view = useMemo(() => followRun(id, runs.byId, store), [id]).value;
  const availability = views.availability.value;
  let body: ComponentChildren;
  if (availability === 'loading') body = <Skeleton rows={8} />;
  else if (availability !== 'ready')
    body = <Empty kind={availability}>{unavailableRuns(availability)}</Empty>;
  else if (view.row === null) body = <Empty kind="missing">{absenceWords('missing')}</Empty>;
  else body = <Run key={id} run={view.row} presence={view.presence} />;
  return (
    <Sheet
      title={view.row === null ? t('Run') : shownName(view.row.name)}
      opener="[data-section=runs] :is([role=grid], [role=treegrid])"
      wide
      scroll={{ kept: runSheets.scroll, name: `run/${id}` }}
    >
      <CopiedStatus />
      {body}
    </Sheet>
  );
}

function Run({ run, presence }: { run: RunRow; presence: Presence }): JSX.Element {
  const { store, clock, runs } = useDashboard();
  const { histories, configs } = useRunReaders(maxPoints);
  const state = useMemo(
    () => computed(() => runState(run, clock.now.value, runs.silence.value)),
    [run],
  ).value;
  const history = useMemo(() => histories.of(run.id), []);
  const retry = useMemo(() => () => histories.retry(run.id), []);
  const project = run.project_id === null ? null : (store.tables.projects.value.get(run.project_id) ?? null);
  return (
    <>
      <section class="sheet-part run-head" data-detail="state" aria-label={t('State')}>
        <div class="run-line">
          <RunStatus state={state} status={run.status} />
          {project ? <ProjectLabel name={project.name} color={project.color} /> : null}
          <span class="run-id">
            <code title={clip(run.id)}>{clip(run.id, 100)}</code>
            <CopyButton what="runId" label={t('Copy the id')} text={() => run.id}>
              {t('Copy')}
            </CopyButton>
          </span>
          {presence === 'here' ? <CancelRun run={run} state={state} /> : null}
        </div>
        <Notices run={run} state={state} presence={presence} />
        <Facts run={run} state={state} />
      </section>
      {run.error === null ? null : <RunError error={run.error} />}
      <CurveGrid run={run.id} history={history} retry={retry} expected={useNames(run)} />
      <div class="run-pair">
        <Cost run={run} />
        <Produced run={run.id} />
      </div>
      <ConfigList run={run.id} configs={configs} />
    </>
  );
}

/** Names of the metrics that a run's row has; the same list for as long as they are the same. */
function useNames(run: RunRow): readonly string[] {
  const held = useRef<readonly string[]>([]);
  const names = numericMetrics(run.metrics).map(({ name }) => name);
  const same = names.length === held.current.length && names.every((name, i) => name === held.current[i]);
  if (!same) held.current = names;
  return held.current;
}

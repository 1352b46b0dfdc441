import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { rich, t } from '../../shared/l10n.ts';
import { EmptyProject, LogRunButton, SectionBody } from '../components/Placeholder.tsx';
import { Section } from '../components/Section.tsx';
import { useWanted } from '../components/useWanted.ts';
import { useDashboard } from '../context.ts';
import { RunGrid } from '../runs/RunGrid.tsx';
import { RunTools } from '../runs/RunTools.tsx';

/** Training runs: what they do, how far they are, and what they cost. */
export function Runs(): JSX.Element {
  const { runs, ui, views } = useDashboard();
  const total = runs.counts.value.all;
  // Of a project there may be older runs, which are asked for where the list ends.
  const mayGrow = useMemo(() => computed(() => runs.older.beyond.value !== null), []).value;
  const isEmpty = total === 0 && !mayGrow;
  const hasTools = views.availability.value === 'ready' && !isEmpty;
  useWanted('findRuns', '[data-search=runs]');
  useWanted('exportRuns', '[data-export=runs]');
  return (
    <Section name="runs" title={t('Training Runs')} count={total} tools={hasTools ? <RunTools /> : null}>
      <SectionBody
        rows={8}
        isEmpty={isEmpty}
        empty={
          ui.project.value === null ? (
            <FirstRun />
          ) : (
            <EmptyProject words={(project) => t('No training runs in {0}.', project)} />
          )
        }
      >
        {() => <RunGrid />}
      </SectionBody>
    </Section>
  );
}

function FirstRun(): JSX.Element {
  return (
    <>
      <p>
        {rich(
          'Runs appear here while they train, with progress, loss and time left. Insert a row into {0} from a script and report steps with {1}.',
          <code>training_runs</code>,
          <code>log_run</code>,
        )}
      </p>
      <p>
        <LogRunButton look="secondary" />
      </p>
    </>
  );
}

import type { JSX } from 'preact';
import { SectionBody } from '../components/Placeholder.tsx';
import { RunRow } from '../components/RunRow.tsx';
import { Section } from '../components/Section.tsx';
import { Segmented } from '../components/Segmented.tsx';
import { Windowed } from '../components/Windowed.tsx';
import { useDashboard } from '../context.ts';
import { type RunFilter, runFilters } from '../runs/runList.ts';

const filterNames: Readonly<Record<RunFilter, string>> = {
  all: 'All',
  active: 'Active',
  finished: 'Finished',
};

export function Runs(): JSX.Element {
  const { store, runs: list, ui } = useDashboard();
  const total = store.tables.training_runs.value.size;
  const runs = list.shown.value;
  const projects = store.tables.projects.value;
  const open = ui.open.value;
  return (
    <Section name="runs" title="Training Runs" count={total} tools={total > 0 ? <Filter /> : null}>
      <SectionBody
        what="training runs"
        rows={6}
        isEmpty={runs.length === 0}
        empty={total === 0 ? <FirstRun /> : `No ${list.filter.value} runs.`}
      >
        {() => (
          <Windowed items={runs} first={20} step={50} name="runs" what="runs">
            {(shown) => (
              <ul class="rows">
                {shown.map((run) => (
                  <RunRow
                    key={run.id}
                    run={run}
                    project={projects.get(run.project_id ?? '') ?? null}
                    open={open.has(run.id)}
                  />
                ))}
              </ul>
            )}
          </Windowed>
        )}
      </SectionBody>
    </Section>
  );
}

function FirstRun(): JSX.Element {
  return (
    <>
      Runs appear here while they train, with progress, loss and time left. Insert a row into{' '}
      <code>training_runs</code> from a script and report steps with <code>log_run</code>.
    </>
  );
}

function Filter(): JSX.Element {
  const { runs, actions, formats } = useDashboard();
  const { active, finished } = runs.counts.value;
  const count = { all: active + finished, active, finished };
  return (
    <Segmented
      label="Which runs"
      name="runs"
      value={runs.filter.value}
      options={runFilters.map((value) => ({
        value,
        label: filterNames[value],
        title: `${filterNames[value]} runs (${formats.value.number(count[value])})`,
      }))}
      onSelect={actions.filterRuns}
    />
  );
}

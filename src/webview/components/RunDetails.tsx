import type { ComponentChildren, JSX } from 'preact';
import type { RunRow as Run } from '../../shared/model.ts';
import { numericMetrics } from '../../shared/runs.ts';
import { useDashboard } from '../context.ts';

const maxMetrics = 40;

/** What an open run says beyond its line. */
export function RunDetails({ run }: { run: Run }): JSX.Element {
  const formats = useDashboard().formats.value;
  const metrics = numericMetrics(run.metrics).slice(0, maxMetrics);
  const when = (at: string | null): string | null => (at === null ? null : formats.dateTime(Date.parse(at)));
  return (
    <dl class="facts run-details">
      {metrics.map(({ name, value }) => (
        <Fact key={name} name={name}>
          <span class="num">{formats.metric(value)}</span>
        </Fact>
      ))}
      <Fact name="Created">{when(run.created_at)}</Fact>
      <Fact name="Started">{when(run.started_at) ?? 'Not yet'}</Fact>
      {run.finished_at ? <Fact name="Finished">{when(run.finished_at)}</Fact> : null}
      {run.cancel_requested_at ? <Fact name="Cancel requested">{when(run.cancel_requested_at)}</Fact> : null}
      <Fact name="Id">
        <code>{run.id}</code>
      </Fact>
    </dl>
  );
}

/** A name and its value in a `dl`. */
export function Fact({ name, children }: { name: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class="fact">
      <dt title={name}>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

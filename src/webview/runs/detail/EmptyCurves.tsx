import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { t } from '../../../shared/l10n.ts';
import { Chart } from '../../charts/Chart.tsx';
import type { ChartTool } from '../../charts/spec.ts';
import { useDashboard } from '../../context.ts';
import { curveSpec } from './curveSpec.ts';

const noTools: readonly ChartTool[] = [];

interface Props {
  /** Of the chart, for what is chosen of it. */
  readonly name: string;
  readonly message: string;
}

/** Axes without curves, and why there are none: what will appear, or that it is on its way. */
export function EmptyCurves({ name, message }: Props): JSX.Element {
  const formats = useDashboard().formats;
  const spec = useMemo(() => curveSpec('', null, formats), [formats]);
  return (
    <div class="no-curves">
      <Chart
        name={name}
        title={t('Metrics over steps')}
        spec={spec}
        message={message}
        sentence={t('Metrics over steps. {0}', message)}
        tools={noTools}
      />
    </div>
  );
}

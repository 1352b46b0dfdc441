import { computed } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { clip, shownName } from '../../../shared/format.ts';
import { rich, t } from '../../../shared/l10n.ts';
import type { ModelRow } from '../../../shared/model.ts';
import { statusName } from '../../../shared/names.ts';
import { compareNewest } from '../../../shared/runs.ts';
import { MetricList } from '../../components/Metrics.tsx';
import { useDashboard } from '../../context.ts';
import { OlderModels } from '../../models/OlderModels.tsx';

/** The models that name a run as the one they came from, newest first. */
export function Produced({ run }: { run: string }): JSX.Element {
  const { models: list } = useDashboard();
  const models = useMemo(
    () =>
      computed(() =>
        [...list.older.byId.value.values()]
          .filter(({ run_id }) => run_id === run)
          .sort((a, b) => compareNewest(Date.parse(a.created_at), Date.parse(b.created_at))),
      ),
    [run],
  ).value;
  return (
    <section class="sheet-part" data-detail="models" aria-labelledby="run-models">
      <header class="sheet-part-header">
        <h3 id="run-models">{t('Models from this run')}</h3>
      </header>
      {models.length === 0 ? (
        <>
          <p class="empty">
            {rich(
              'No model is known that came from this run. A script names the run with {0} in {1}.',
              <code>run_id</code>,
              <code>models</code>,
            )}
          </p>
          <OlderModels />
        </>
      ) : (
        <ul class="produced">
          {models.map((model) => (
            <Model key={model.id} model={model} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Model({ model }: { model: ModelRow }): JSX.Element {
  const { actions } = useDashboard();
  return (
    <li class="produced-row">
      <button
        type="button"
        class="button link ellipsis"
        title={t('Show {0} {1} in the list of models', shownName(model.name, 200), clip(model.version, 100))}
        onClick={() => {
          actions.showSheet(null);
          actions.revealModel(model.id);
        }}
      >
        {shownName(model.name, 200)} <span class="num">{clip(model.version, 100)}</span>
      </button>
      <span class="muted small">{statusName(model.status)}</span>
      <MetricList metrics={model.metrics} max={2} />
    </li>
  );
}

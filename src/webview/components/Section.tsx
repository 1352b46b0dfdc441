import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { t } from '../../shared/l10n.ts';
import { useDashboard } from '../context.ts';
import type { SectionName } from '../state/uiState.ts';
import { freshnessWords } from '../words.ts';
import { AsOf } from './AsOf.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { ProjectDot } from './ProjectLabel.tsx';
import { useReveal } from './useReveal.ts';

interface Props {
  readonly name: SectionName;
  readonly title: string;
  /** Rows in the section, when they can be counted. */
  readonly count?: number | null;
  /** What stands at the right of the heading. */
  readonly tools?: ComponentChildren;
  /** What it shows is still to come, whatever the rows are: it keeps its place. */
  readonly isLoading?: boolean;
  readonly children: ComponentChildren;
}

/** Sections that show the chosen project alone. Limits are those of the account, whatever is chosen. */
const filtered: ReadonlySet<SectionName> = new Set(['runs', 'models', 'activity']);

/** A part of the page that is always there, whatever it has to show. */
export function Section(props: Props): JSX.Element {
  const { name, title, count, tools, children } = props;
  const { actions, formats, views, sizes } = useDashboard();
  const element = useReveal<HTMLElement>(name);
  const isLoading = props.isLoading || views.availability.value === 'loading';
  useLayoutEffect(
    () => (element.current ? sizes.hold(name, element.current, isLoading) : undefined),
    [isLoading],
  );
  const report = (error: unknown): void => actions.report(`Section ${name}`, error);
  return (
    <section ref={element} class="section" data-section={name} aria-labelledby={`heading-${name}`}>
      <header class="section-header">
        <Heading name={name} title={title} />
        {count ? <span class="count num">{formats.number(count)}</span> : null}
        {filtered.has(name) ? <OnlyProject /> : null}
        <AsOf />
        {tools ? (
          <div class="section-tools">
            <ErrorBoundary quiet onError={report}>
              {tools}
            </ErrorBoundary>
          </div>
        ) : null}
      </header>
      <ErrorBoundary what={title} onError={report}>
        {children}
      </ErrorBoundary>
    </section>
  );
}

/** Its tooltip, which is also its description, tells when the rows were verified. */
function Heading({ name, title }: { name: SectionName; title: string }): JSX.Element {
  const { store, formats, clock } = useDashboard();
  const words = freshnessWords(store.status.value, formats, clock.minute.value);
  return (
    <h2 id={`heading-${name}`} title={words?.full}>
      {title}
    </h2>
  );
}

/** The one project that the section shows. */
function OnlyProject(): JSX.Element | null {
  const chosen = useDashboard().views.chosen.value;
  return chosen ? (
    <span class="only-project" data-only-project title={t('Shows {0} only', chosen.name)}>
      <ProjectDot color={chosen.color} />
      <span class="ellipsis">{chosen.name}</span>
    </span>
  ) : null;
}

import type { JSX } from 'preact';
import { t } from '../shared/l10n.ts';
import { Banner } from './components/Banner.tsx';
import { Guard } from './components/Guard.tsx';
import { Header } from './components/Header.tsx';
import { type Dashboard, DashboardProvider } from './context.ts';
import { Sheets } from './Sheets.tsx';
import { Activity } from './sections/Activity.tsx';
import { Models } from './sections/Models.tsx';
import { Plan } from './sections/Plan.tsx';
import { Projects } from './sections/Projects.tsx';
import { Runs } from './sections/Runs.tsx';
import { Usage } from './sections/Usage.tsx';

/** The whole page. Two columns, one after the other, so that reading order and tab order are the same at every width. */
export function Page({ dashboard }: { dashboard: Dashboard }): JSX.Element {
  return (
    <DashboardProvider value={dashboard}>
      <Header />
      <main class="page">
        <Banner />
        <div class="columns">
          <div class="column">
            <Usage />
            <Guard where="Runs" what={t('Training Runs')}>
              <Runs />
            </Guard>
            <Guard where="Models" what={t('Models')}>
              <Models />
            </Guard>
          </div>
          <div class="column">
            <Plan />
            <Projects />
            <Activity />
          </div>
        </div>
      </main>
      <Sheets />
    </DashboardProvider>
  );
}

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

/** The whole page. Its sections are read, and reached by keys, in one order at every width; layout.css makes columns of them. */
export function Page({ dashboard }: { dashboard: Dashboard }): JSX.Element {
  return (
    <DashboardProvider value={dashboard}>
      <Header />
      <main class="page">
        <Banner />
        <div class="columns">
          <Usage />
          <Plan />
          <div class="column">
            <Guard where="Runs" what={t('Training Runs')}>
              <Runs />
            </Guard>
            <Guard where="Models" what={t('Models')}>
              <Models />
            </Guard>
          </div>
          <div class="column">
            <Projects />
            <Activity />
          </div>
        </div>
      </main>
      <Sheets />
    </DashboardProvider>
  );
}

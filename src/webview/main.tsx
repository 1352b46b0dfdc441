import { render } from 'preact';
import { createDashboard } from './context.ts';
import { connectToVsCode } from './host.ts';
import { Page } from './Page.tsx';
import { applyPageLanguage } from './pageLanguage.ts';
import { Connection } from './state/connection.ts';
import { keepFocus } from './state/focus.ts';
import { keepScroll } from './state/scroll.ts';
import './styles/index.css';

performance.mark('runglass:script');
const host = connectToVsCode();
const dashboard = createDashboard({
  host,
  locale: applyPageLanguage(document),
  loadCharts: async () => (await import('./charts/code.ts')).chartCode,
});

window.addEventListener('error', (event) => dashboard.actions.report('Page', event.error ?? event.message));
window.addEventListener('unhandledrejection', (event) => dashboard.actions.report('Page', event.reason));

// Asked for before anything is drawn: they come while the first content is drawn and the host answers. The section that needs
// what cannot be had says so.
import('./later.ts').catch(() => {});
dashboard.charts.load().catch(() => {});

const root = document.getElementById('root') ?? document.body;
render(<Page dashboard={dashboard} />, root);
performance.mark('runglass:first');

dashboard.ui.persist(host);
keepScroll(dashboard);
keepFocus(dashboard);
new Connection({
  host,
  dashboard,
  schedule: (callback) => requestAnimationFrame(callback),
  now: Date.now,
}).start();

// The built dashboard page in a plain Chromium, with VS Code's theme variables and the fixtures of the tests:
// a screenshot of every state × theme × width in out/harness, and with --measure what a page load and updates cost.
//   node scripts/harness.mjs [--states full,empty] [--themes dark,light] [--widths 1280,400] [--full] [--section activity] [--measure]
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { ensureReady } from './bootstrap.mjs';
import { themes } from './harnessThemes.mjs';

await ensureReady();
const esbuild = await import('esbuild');
const { openBrowser } = await import('./vscodeHost/browser.ts');

const { values: options } = parseArgs({
  options: {
    states: { type: 'string' },
    themes: { type: 'string' },
    widths: { type: 'string' },
    /** The whole page instead of its first screen. */
    full: { type: 'boolean' },
    /** One section alone, all of it. */
    section: { type: 'string' },
    measure: { type: 'boolean' },
  },
});

const root = path.resolve(import.meta.dirname, '..');
const out = path.join(root, 'out/harness');
mkdirSync(out, { recursive: true });

async function loadFixtures() {
  const outfile = path.join(out, 'fixtures.mjs');
  await esbuild.build({
    stdin: {
      contents:
        "export * from './dashboard.ts'; export * from './syncDetails.ts'; export { fixtureNow } from './rows.ts';",
      resolveDir: path.join(root, 'test/fixtures'),
    },
    bundle: true,
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}

/** As src/extension/dashboard/html.ts has it: what is imported later must pass with the nonce of the page's script. */
const csp =
  "default-src 'none'; script-src 'nonce-harness'; style-src 'self'; img-src 'self' data:; font-src 'none'; connect-src 'none'";
const classes = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  'hc-dark': 'vscode-high-contrast',
  'hc-light': 'vscode-high-contrast vscode-high-contrast-light',
};

/** The page as the host would serve it; `host.js` stands in for VS Code. */
function serve() {
  // Read once, so that a build meanwhile does not change the page between two pictures.
  const built = (file) => readFileSync(path.join(root, 'dist/webview', file));
  const files = {
    ...Object.fromEntries(
      readdirSync(path.join(root, 'dist/webview'))
        .filter((name) => name.endsWith('.js'))
        .map((name) => [`/${name}`, ['text/javascript', built(name)]]),
    ),
    '/dashboard.css': ['text/css', built('dashboard.css')],
    '/host.js': ['text/javascript', hostScript],
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const file = files[url.pathname];
    if (file) return response.writeHead(200, { 'content-type': file[0] }).end(file[1]);
    if (url.pathname === '/theme.css') {
      const css = themeCss(url.searchParams.get('name'));
      return response.writeHead(200, { 'content-type': 'text/css' }).end(css);
    }
    if (url.pathname !== '/') return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': csp });
    response.end(pageHtml(url.searchParams.get('theme') ?? 'dark'));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

const hostScript = `
  const sent = (window.sent = []);
  const send = (message) => window.postMessage(message, '*');
  window.send = send;
  window.acquireVsCodeApi = () => ({
    postMessage(message) {
      sent.push(message);
      if (message.type === 'ready' && window.snapshot) send(window.snapshot);
      if (message.type === 'ready' && window.ownEvents) send(window.ownEvents);
      if (message.type === 'details' && message.open && window.details) send(window.details);
    },
    getState: () => window.savedState,
    setState: (state) => { window.savedState = state; },
  });`;

function themeCss(name) {
  const variables = Object.entries(themes[name] ?? {}).map(
    ([key, value]) => `--vscode-${key.replaceAll('.', '-')}: ${value};`,
  );
  return `:root { ${variables.join('\n')} }`;
}

function pageHtml(theme) {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Runglass</title><link rel="icon" href="data:,">
    <link rel="stylesheet" href="/theme.css?name=${theme}"><link rel="stylesheet" href="/dashboard.css"></head>
    <body class="${classes[theme]}"><div id="root"></div>
    <script nonce="harness" src="/host.js"></script><script nonce="harness" type="module" src="/dashboard.js"></script></body></html>`;
}

const fixtures = await loadFixtures();
/** Snapshot, details, the window's own events and what the page had kept of itself, by state. */
const states = Object.fromEntries([
  ...Object.entries(fixtures.dashboardStates).map(([name, snapshot]) => [
    name,
    { snapshot, savedState: fixtures.savedStates[name], ownEvents: fixtures.ownEventStates[name] },
  ]),
  ...Object.entries(fixtures.sheetStates).map(([name, state]) => [
    name,
    { ...state, savedState: { sheet: { kind: 'sync' } } },
  ]),
]);
const server = await serve();
const address = `http://127.0.0.1:${server.address().port}`;
const browser = await openBrowser(['--force-color-profile=srgb']);
const problems = [];

async function open(state, theme, width, { fixedTime = true } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 800 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(`${state} ${theme} ${width}: ${error.message}`));
  page.on('console', (line) => {
    if (line.type() === 'error') problems.push(`${state} ${theme} ${width}: ${line.text()}`);
  });
  if (fixedTime) await page.clock.setFixedTime(fixtures.fixtureNow);
  await page.addInitScript((given) => Object.assign(window, given), states[state]);
  await page.goto(`${address}/?theme=${theme}`);
  if (states[state].snapshot) await page.locator('[data-connection]').waitFor();
  await page.evaluate(
    () =>
      new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60)))),
  );
  const logged = await page.evaluate(() => window.sent.filter(({ type }) => type === 'log'));
  for (const { message } of logged) problems.push(`${state} ${theme} ${width}: ${message}`);
  return { page, close: () => context.close() };
}

async function takeScreenshots() {
  const chosen = options.states?.split(',') ?? Object.keys(states);
  const names = options.themes?.split(',') ?? Object.keys(themes);
  const widths = (options.widths?.split(',') ?? ['1280', '700', '400']).map(Number);
  for (const state of chosen) {
    for (const theme of names) {
      for (const width of widths) {
        const { page, close } = await open(state, theme, width);
        const file = path.join(out, `${state}-${theme}-${width}.png`);
        if (options.full) await showWholeSheet(page);
        if (options.section) {
          await page.locator(`[data-section=${options.section}]`).screenshot({ path: file });
        } else {
          await page.screenshot({ path: file, fullPage: options.full ?? false });
        }
        const overflow = await page.evaluate(() => {
          const scrolled = document.querySelector('dialog') ?? document.documentElement;
          return scrolled.scrollWidth - scrolled.clientWidth;
        });
        if (overflow > 0) {
          const widest = await page.evaluate(() => {
            const reach = (element) => element.getBoundingClientRect().right;
            const found = [...document.querySelectorAll('#root *')].sort((a, b) => reach(b) - reach(a))[0];
            return `${found?.tagName.toLowerCase()}.${found?.getAttribute('class')}`;
          });
          problems.push(`${state} ${theme} ${width}: ${overflow} px too wide, by ${widest}`);
        }
        await close();
      }
    }
  }
}

/** A sheet scrolls by itself: the whole of it is seen only in a window as high. */
async function showWholeSheet(page) {
  const height = await page.evaluate(() => document.querySelector('dialog')?.scrollHeight ?? 0);
  if (height > 0) await page.setViewportSize({ width: page.viewportSize().width, height });
}

/** A change of the theme must reach the canvas too, which no style sheet paints. */
async function checkThemeChange() {
  const { page, close } = await open('full', 'light', 1280);
  const mainColor = () =>
    page.locator('.chart-canvas canvas').evaluate((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const counts = new Map();
      for (let i = 0; i < data.length; i += 4) {
        const color = data[i + 3] === 255 ? data.slice(i, i + 3).join() : 'clear';
        counts.set(color, (counts.get(color) ?? 0) + 1);
      }
      counts.delete('clear');
      return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
    });
  const before = await mainColor();
  await page.evaluate(
    ([variables, name]) => {
      for (const [key, value] of Object.entries(variables)) {
        document.documentElement.style.setProperty(`--vscode-${key.replaceAll('.', '-')}`, value);
      }
      document.body.className = name;
    },
    /** @type {const} */ ([themes.dark, classes.dark]),
  );
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const after = await mainColor();
  if (before === after) problems.push(`The chart kept its colour (${before}) when the theme changed.`);
  await close();
}

/** A new entry on top of the timeline must not move the one that is being read, whatever stands beside it. */
async function checkReading() {
  for (const width of [1280, 400]) {
    const { page, close } = await open('timeline', 'dark', width);
    const row = await page.locator('[data-section=activity] [data-id]').nth(16).elementHandle();
    await row.evaluate((element) => element.scrollIntoView({ block: 'center' }));
    await row.hover();
    const top = () => row.evaluate((element) => element.getBoundingClientRect().top);
    const before = await top();
    await page.evaluate(async () => {
      const { epoch, cursor, status, tables } = window.snapshot;
      const [event] = tables.ide_sync_events;
      const up = Array.from({ length: 5 }, (_, n) => ({ ...event, id: `new-${n}`, event_type: `new.n${n}` }));
      const data = { type: 'patch', epoch, from: cursor, to: cursor + 1, status };
      window.send({ ...data, tables: { ide_sync_events: { up, del: [] } } });
      await new Promise((done) => setTimeout(done, 300));
    });
    const moved = (await top()) - before;
    if (Math.abs(moved) > 1) problems.push(`timeline ${width}: what is being read moved by ${moved} px`);
    await close();
  }
}

/** Time to first content from the script's start, and the main thread's time for a patch, in ms. */
async function measure() {
  for (const file of ['dashboard.js', 'dashboard.css']) {
    const bytes = gzipSync(readFileSync(path.join(root, 'dist/webview', file))).length;
    console.log(`${file}: ${(bytes / 1024).toFixed(1)} KB gz`);
  }
  for (const state of ['full', 'thousands']) {
    const { page, close } = await open(state, 'dark', 1280, { fixedTime: false });
    const first = await page.evaluate(() => {
      const at = (name) => performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN;
      const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
      return { mounted: at('runglass:first') - at('runglass:script'), paint: paint - at('runglass:script') };
    });
    console.log(
      `${state}: mounted ${first.mounted.toFixed(1)} ms, painted ${first.paint.toFixed(1)} ms after start`,
    );
    const cost = await page.evaluate(async () => {
      const { snapshot } = window;
      const flushes = [];
      const layouts = [];
      for (let i = 0; i < 60; i++) {
        const run = { ...snapshot.tables.training_runs[0], step: 5000 + i, sync_seq: 100_000 + i };
        const from = snapshot.cursor + i;
        const tables = { training_runs: { up: [run], del: [] } };
        const { epoch, status } = snapshot;
        const data = { type: 'patch', epoch, from, to: from + 1, tables, status };
        // Callbacks of one frame run in order: ours, the page's flush (its rendering follows at once), ours.
        await new Promise((done) => {
          let start = 0;
          requestAnimationFrame(() => {
            start = performance.now();
          });
          window.dispatchEvent(new MessageEvent('message', { data }));
          requestAnimationFrame(() => {
            const flushed = performance.now();
            flushes.push(flushed - start);
            document.body.getBoundingClientRect();
            layouts.push(performance.now() - flushed);
            done();
          });
        });
      }
      const sorted = (list) => list.sort((a, b) => a - b);
      return { layout: sorted(layouts), flushes: sorted(flushes) };
    });
    const middle = (list) => (list[Math.floor(list.length / 2)] ?? Number.NaN).toFixed(2);
    console.log(
      `${state}: one run's patch ${middle(cost.flushes)} ms (p50), ${(cost.flushes.at(-1) ?? Number.NaN).toFixed(2)} ms (max), layout ${middle(cost.layout)} ms`,
    );
    await close();
  }
  await measureLoad();
}

/** 1,000 changes a second for 5 s, as the host would send them: tasks over 50 ms and frames drawn. */
async function measureLoad() {
  const { page, close } = await open('thousands', 'dark', 1280, { fixedTime: false });
  const load = await page.evaluate(async () => {
    const long = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) long.push(duration);
    }).observe({ type: 'longtask' });
    const { snapshot } = window;
    const { epoch, status } = snapshot;
    let { cursor } = snapshot;
    let frames = 0;
    let running = true;
    const count = () => {
      frames += 1;
      if (running) requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
    for (let batch = 0; batch < 100; batch++) {
      const up = Array.from({ length: 50 }, (_, i) => {
        const run = snapshot.tables.training_runs[(batch * 50 + i) % 3_000];
        return { ...run, metrics: { loss: Math.random() }, sync_seq: 100_000 + cursor * 50 + i };
      });
      const tables = { training_runs: { up, del: [] } };
      window.send({ type: 'patch', epoch, from: cursor, to: ++cursor, tables, status });
      await new Promise((done) => setTimeout(done, 50));
    }
    running = false;
    return { long, frames, asked: window.sent.filter(({ type }) => type === 'ready').length };
  });
  const longest = Math.max(0, ...load.long).toFixed(0);
  console.log(
    `1,000 changes/s for 5 s: ${load.frames} frames, ${load.long.length} tasks over 50 ms (longest ${longest} ms), ${load.asked - 1} snapshots asked for`,
  );
  await close();
}

try {
  if (options.measure) await measure();
  else {
    await checkThemeChange();
    await checkReading();
    await takeScreenshots();
  }
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
} finally {
  await browser.close();
  server.close();
}

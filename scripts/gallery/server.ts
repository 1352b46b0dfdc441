import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { renderPage } from '../../src/extension/dashboard/html.ts';
import type { DisplayLanguage } from '../../src/extension/displayLanguage.ts';
import type { PageState } from '../../test/fixtures/sectionStates.ts';
import { projectRoot } from '../vscodeHost/project.ts';
import { hostScript } from './hostScript.ts';
import { type ThemeName, themes } from './themes.ts';

export interface PageServer {
  /** Address of the page in a state and a theme. */
  address(state: string, theme: ThemeName): string;
  stop(): void;
}

/** What VS Code puts on `body`. */
export const themeClasses: Readonly<Record<ThemeName, string>> = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  'hc-dark': 'vscode-high-contrast',
  'hc-light': 'vscode-high-contrast vscode-high-contrast-light',
};

const nonce = 'gallery';

export const english: DisplayLanguage = { locale: 'en', translations: undefined };

/** Serves the built page as the extension would, under its policy, with `host.js` in the place of VS Code. */
export async function servePages(
  states: Readonly<Record<string, PageState>>,
  language: DisplayLanguage = english,
): Promise<PageServer> {
  const files = builtFiles();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const file = files.get(pathname);
    if (file) return answer(response, typeOf(pathname), file);
    const theme = themeNamed(searchParams.get('theme'));
    const state = searchParams.get('state') ?? '';
    if (pathname === '/theme.css') return answer(response, 'text/css', themeCss(theme));
    if (pathname === '/host.js') return answer(response, 'text/javascript', hostScript(stateNamed(state)));
    if (pathname === '/') return answer(response, 'text/html', html(state, theme, language));
    response.writeHead(404).end();
  });
  const stateNamed = (name: string): PageState => states[name] ?? { snapshot: null };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: (state, theme) => `http://127.0.0.1:${port}/?${new URLSearchParams({ state, theme })}`,
    stop: () => server.close(),
  };
}

/** Read once, so that a build meanwhile does not change the page between two pictures. */
function builtFiles(): ReadonlyMap<string, Buffer> {
  const folder = path.join(projectRoot, 'dist/webview');
  const names = readdirSync(folder).filter((name) => /\.(js|css)$/.test(name));
  return new Map(names.map((name) => [`/${name}`, readFileSync(path.join(folder, name))]));
}

function answer(response: ServerResponse, type: string, content: string | Buffer): void {
  response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(content);
}

function typeOf(file: string): string {
  return file.endsWith('.css') ? 'text/css' : 'text/javascript';
}

function themeNamed(name: string | null): ThemeName {
  return name !== null && Object.hasOwn(themes, name) ? (name as ThemeName) : 'dark';
}

/** The variables by which VS Code tells a page its theme. */
export function themeVariables(theme: ThemeName): readonly (readonly [name: string, value: string])[] {
  return Object.entries(themes[theme]).map(([key, value]) => [`--vscode-${key.replaceAll('.', '-')}`, value]);
}

function themeCss(theme: ThemeName): string {
  const lines = themeVariables(theme).map(([name, value]) => `${name}: ${value};`);
  return `:root {\n${lines.join('\n')}\n}`;
}

function html(state: string, theme: ThemeName, language: DisplayLanguage): string {
  const page = renderPage({
    ...{ nonce, cspSource: "'self'", language, title: 'Runglass' },
    ...{ scriptUri: '/dashboard.js', styleUri: '/dashboard.css' },
  });
  const query = new URLSearchParams({ state, theme }).toString().replaceAll('&', '&amp;');
  return page
    .replace(
      '</title>',
      `</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/theme.css?${query}">`,
    )
    .replace('<body>', `<body class="${themeClasses[theme]}">`)
    .replace(
      '<div id="root"></div>',
      `<div id="root"></div>\n<script nonce="${nonce}" src="/host.js?${query}"></script>`,
    );
}

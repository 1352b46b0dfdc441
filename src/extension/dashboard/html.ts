import type { DisplayLanguage } from '../displayLanguage.ts';

export interface PageOptions {
  /** Unguessable, new for each page. */
  readonly nonce: string;
  /** `webview.cspSource`. */
  readonly cspSource: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  readonly language: DisplayLanguage;
  readonly title: string;
}

/** The policy of the page: our one script, our one style sheet, no request to anywhere. */
export function contentSecurityPolicy({
  nonce,
  cspSource,
}: Pick<PageOptions, 'nonce' | 'cspSource'>): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `img-src ${cspSource} data:`,
    "font-src 'none'",
    "connect-src 'none'",
    "frame-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** The dashboard's page before its script runs. */
export function renderPage(options: PageOptions): string {
  const { nonce, scriptUri, styleUri, language, title } = options;
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language.locale)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(contentSecurityPolicy(options))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${escapeHtml(styleUri)}">
</head>
<body>
<div id="root"></div>
${translationsElement(language)}<script type="module" nonce="${escapeHtml(nonce)}" src="${escapeHtml(scriptUri)}"></script>
</body>
</html>`;
}

/** Data, which no policy has to allow; the page reads it before it says anything (`webview/pageLanguage.ts`). */
function translationsElement({ translations }: DisplayLanguage): string {
  if (!translations) return '';
  const json = JSON.stringify(translations).replaceAll('<', '\\u003c');
  return `<script type="application/json" id="translations">${json}</script>\n`;
}

/** `text` as the content of an element or of a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** Names by which a request may call this machine; anything else is a name rebound to 127.0.0.1. */
const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Says why a request must be refused, or null. The keys already keep strangers out; this keeps pages of other
 * sites from trying, and DNS rebinding from making them look local.
 */
export function refusal(headers: IncomingHttpHeaders, port: number): string | null {
  const { host, origin } = headers;
  if (!host || !isOwnHost(host, port)) return 'This server answers only on the loopback address.';
  if (origin !== undefined && !isAllowedOrigin(origin))
    return 'Pages of other sites may not call this server.';
  return null;
}

function isOwnHost(host: string, port: number): boolean {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(host);
  if (!match) return false;
  const [, name = '', given = '80'] = match;
  return loopbackNames.has(name.toLowerCase()) && Number(given) === port;
}

/**
 * VS Code's webviews, local files and pages that this machine serves itself: those of any port, because whoever develops
 * a page against this backend serves it from one. Such a page still needs a key.
 */
function isAllowedOrigin(origin: string): boolean {
  if (origin.startsWith('vscode-webview://') || origin.startsWith('vscode-file://') || origin === 'file://')
    return true;
  const match = /^https?:\/\/(\[[^\]]*\]|[^:/]*)(?::\d+)?$/.exec(origin);
  return match?.[1] !== undefined && loopbackNames.has(match[1].toLowerCase());
}

/**
 * The URL that a request asks for, or null for what is no path (proxies are asked for whole URLs), cannot be decoded or
 * comes with more than one Host.
 */
export function targetOf(request: IncomingMessage, port: number): URL | null {
  const { url, headersDistinct } = request;
  if (!url || !/^\/(?!\/)/.test(url) || headersDistinct.host?.length !== 1) return null;
  const target = URL.parse(url, `http://127.0.0.1:${port}`);
  return target && isDecodable(target.pathname) ? target : null;
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

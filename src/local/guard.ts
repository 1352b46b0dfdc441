import type { IncomingHttpHeaders } from 'node:http';

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

/** VS Code's webviews, local files and pages that this machine serves itself. */
export function isAllowedOrigin(origin: string): boolean {
  if (origin.startsWith('vscode-webview://') || origin.startsWith('vscode-file://') || origin === 'file://')
    return true;
  const match = /^https?:\/\/(\[[^\]]*\]|[^:/]*)(?::\d+)?$/.exec(origin);
  return match?.[1] !== undefined && loopbackNames.has(match[1].toLowerCase());
}

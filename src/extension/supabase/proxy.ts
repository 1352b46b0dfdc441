/** What a proxy on the way did to a request: the status of its refusal, null when the proxy itself cannot be reached. */
export interface ProxyFailure {
  readonly status: number | null;
  readonly detail: string;
}

/**
 * Reads a request to `url` that got no answer as the doing of a proxy; null when it was not. VS Code applies its proxy
 * settings below us, and tells in words alone what came of them.
 */
export function readProxyFailure(error: unknown, url: string): ProxyFailure | null {
  for (let cause = error; cause instanceof Error; cause = innerOf(cause)) {
    const detail = cause.message;
    const status = /^Proxy response \((\d{3})\)/.exec(detail)?.[1];
    if (status) return { status: Number(status), detail };
    if (/connection to proxies/.test(detail) || isElsewhere(cause, url)) return { status: null, detail };
  }
  return null;
}

function innerOf(error: Error): unknown {
  return error instanceof AggregateError ? error.errors[0] : error.cause;
}

/** What was looked up or connected to is not what `url` names: only a proxy is asked instead. */
function isElsewhere(error: Error, url: string): boolean {
  const { hostname, port } = error as Error & { readonly hostname?: unknown; readonly port?: unknown };
  const asked = new URL(url);
  if (typeof hostname === 'string') return hostname !== asked.hostname;
  return typeof port === 'number' && port !== Number(asked.port || (asked.protocol === 'https:' ? 443 : 80));
}

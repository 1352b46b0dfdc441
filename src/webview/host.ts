import type { WebviewMessage } from '../shared/protocol.ts';

/**
 * The seam to whatever embeds the page: VS Code, a test, or the gallery, which provides an
 * `acquireVsCodeApi` of its own.
 */
export interface Host {
  post(message: WebviewMessage): void;
  /** Messages as they come, not yet checked. Returns the way to stop listening. */
  onMessage(listener: (message: unknown) => void): () => void;
  /** What `setState` kept, in this session or an earlier one; not yet checked. */
  getState(): unknown;
  setState(state: unknown): void;
}

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

export function connectToVsCode(): Host {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    onMessage(listener) {
      // Any window can post to any other that it finds, as a site in another editor does. The frame in which VS Code has the
      // page, and which posts its messages, is of the page's own origin; on the desktop no other webview is.
      const receive = ({ origin, data }: MessageEvent): void => {
        if (origin === window.origin) listener(data);
      };
      window.addEventListener('message', receive);
      return () => window.removeEventListener('message', receive);
    },
    getState: () => api.getState(),
    setState: (state) => api.setState(state),
  };
}

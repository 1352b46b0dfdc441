import type { SnapshotMessage } from '../../src/shared/protocol.ts';
import type { PageState } from '../../test/fixtures/sectionStates.ts';

declare global {
  interface Window {
    /** What the stand-in for VS Code leaves to those who drive the page. */
    readonly stage: {
      readonly given: { readonly snapshot: SnapshotMessage };
      /** What the page has posted. */
      readonly sent: readonly { readonly type: string; readonly message?: string }[];
      send(message: unknown): void;
    };
  }
}

/** JSON that keeps what JSON cannot tell: buffers, and numbers that are none. */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof ArrayBuffer) return { $buffer: Buffer.from(part).toString('base64') };
    return typeof part === 'number' && !Number.isFinite(part) ? { $number: String(part) } : part;
  });
}

/** The script that stands in for VS Code: `acquireVsCodeApi`, and a host that tells what the state holds. */
export function hostScript(state: PageState): string {
  return `const given = JSON.parse(${JSON.stringify(encode(state))}, ${decodePart});
(${standIn})(given);`;
}

const decodePart = `(_, part) => {
  if (typeof part?.$buffer === 'string') return Uint8Array.from(atob(part.$buffer), (c) => c.charCodeAt(0)).buffer;
  return typeof part?.$number === 'string' ? Number(part.$number) : part;
}`;

/** Runs in the page, as text. */
const standIn = `(given) => {
  const sent = [];
  const send = (message) => window.postMessage(message, '*');
  // Whoever embeds the page may be of another origin, which the page does not listen to.
  if (window.parent !== window)
    window.addEventListener('message', ({ source, data }) => {
      if (source === window.parent) send(data);
    });
  // A row that cannot be read: only an event carries it as it is.
  const sendBroken = (snapshot) => {
    const broken = (name) => ({ get: () => { throw new TypeError('cannot read the field ' + name); }, enumerable: true });
    for (const [table, names] of Object.entries(given.broken)) {
      for (const row of snapshot.tables[table]) for (const name of names) Object.defineProperty(row, name, broken(name));
    }
    window.dispatchEvent(new MessageEvent('message', { data: snapshot, origin: window.origin }));
  };
  const answer = ({ id, name, parameters }) => {
    const result = given.answers?.[name + ' ' + parameters.run] ?? given.answers?.[name];
    if (result === undefined) return;
    if (typeof result?.problem === 'string') send({ type: 'answer', id, problem: result.problem });
    else send({ type: 'answer', id, problem: null, result });
  };
  const tell = (message) => {
    if (message.type === 'ready') {
      if (given.snapshot && given.broken) sendBroken(given.snapshot);
      else if (given.snapshot) send(given.snapshot);
      if (given.ownEvents) send(given.ownEvents);
    }
    if (message.type === 'details' && message.open && given.details) send(given.details);
    if (message.type === 'request') answer(message);
  };
  window.stage = { given, sent, send };
  let kept = given.savedState;
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => {
      sent.push(message);
      tell(message);
      // Whoever embeds the page hears it too, as VS Code does.
      if (window.parent !== window) window.parent.postMessage(message, '*');
    },
    getState: () => kept,
    setState: (state) => { kept = state; },
  });
}`;

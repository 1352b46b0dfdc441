import type { WireFrame } from '../../support/phoenix.ts';
import { shortened } from './recording.ts';

/**
 * Frames by topic (their order between topics is not fixed), with ids, times and references made comparable.
 * Where `expected` was shortened, only that a change came there is compared.
 */
export function normalise(
  frames: readonly WireFrame[],
  expected: readonly WireFrame[],
): Record<string, unknown[]> {
  const ids = new Map<string, string>();
  const nameOf = (id: string) => {
    const name = ids.get(id) ?? `<id ${ids.size + 1}>`;
    ids.set(id, name);
    return name;
  };
  const visit = (value: unknown, key: string): unknown => {
    // In no fixed order.
    if (key === 'ids') return (value as unknown[]).map((id) => nameOf(String(id))).sort();
    if (Array.isArray(value)) return value.map((item) => visit(item, ''));
    if (typeof value !== 'object' || value === null)
      return typeof value === 'string' ? normaliseText(value, key) : value;
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    const isId = (name: string) => name === 'id' && isBinding(value);
    return Object.fromEntries(
      entries.map(([name, item]) => [name, isId(name) ? nameOf(String(item)) : visit(item, name)]),
    );
  };
  const topics: Record<string, unknown[]> = {};
  for (const topic of [...new Set(frames.map((frame) => frame[2]))].sort()) {
    const wanted = expected.filter((frame) => frame[2] === topic);
    topics[topic] = frames
      .filter((frame) => frame[2] === topic)
      .map((frame, n) => (wanted[n]?.[4] === shortened ? wanted[n] : visit([...frame], '')));
  }
  return topics;
}

function normaliseText(value: string, key: string): string {
  if (key === 'commit_timestamp' || key === 'updated_at')
    return value
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/, '<time>')
      .replace(/\.\d+(?=\+)/, '.<fraction>')
      .replace(/\.\d{3}Z/, '.<ms>Z');
  if (key === 'phx_ref') return '<ref>';
  const text = value.replace(/expired \d+ seconds ago/, 'expired <n> seconds ago');
  // The real server breaks long terms into lines.
  return key === 'message' ? text.replace(/\s+/g, ' ').replaceAll('[ {', '[{').replaceAll('} ]', '}]') : text;
}

function isBinding(value: object): boolean {
  return !('metas' in value) && ('event' in value || 'schema' in value) && !('record' in value);
}

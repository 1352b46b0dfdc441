import type { HostMessage } from '../../shared/protocol.ts';
import { isRecord } from '../../shared/record.ts';
import { tables } from '../../shared/tables.ts';

export type Decoded =
  | { readonly ok: true; readonly message: HostMessage }
  | { readonly ok: false; readonly error: string };

/**
 * Checks the shape that the page relies on. The rows themselves were decoded by the host; here every row
 * needs an id, and what is drawn from it is text, whatever it holds.
 */
export function decodeHostMessage(raw: unknown): Decoded {
  if (!isRecord(raw)) return refuse('a message that is not an object');
  switch (raw.type) {
    case 'snapshot':
      if (!isCursor(raw.cursor) || typeof raw.epoch !== 'string') return refuse('a snapshot without a place');
      if (!isStatus(raw.status)) return refuse('a snapshot without a status');
      if (!isRecord(raw.tables) || !tables.every((table) => isRows(pick(raw.tables, table))))
        return refuse('a snapshot with unreadable tables');
      break;
    case 'patch':
      if (!isCursor(raw.from) || !isCursor(raw.to) || typeof raw.epoch !== 'string')
        return refuse('a patch without a place');
      if (!isStatus(raw.status)) return refuse('a patch without a status');
      if (!isRecord(raw.tables) || !tables.every((table) => isPatch(pick(raw.tables, table))))
        return refuse('a patch with unreadable tables');
      break;
    case 'ownEvents':
      if (typeof raw.session !== 'string' || !isListOf(raw.events, isOwnEvent))
        return refuse('events of this window that it cannot read');
      break;
    case 'older':
      if (!isOlder(raw)) return refuse('older entries that it cannot read');
      break;
    case 'answer':
      if (!isCursor(raw.id) || (raw.problem !== null && typeof raw.problem !== 'string'))
        return refuse('an answer without its request');
      break;
    case 'refreshing':
      if (typeof raw.refreshing !== 'boolean') return refuse('a refreshing message without its value');
      break;
    case 'details':
      if (!isDetails(raw.details)) return refuse('details that it cannot read');
      break;
    case 'show':
      if (!isShowTarget(raw.target)) return refuse('something to show that it does not know');
      break;
    case 'copied':
      if (typeof raw.what !== 'string') return refuse('a copied message that does not say what');
      break;
    default:
      return refuse(`a message of an unknown type: ${kindOf(raw.type)}`);
  }
  return { ok: true, message: raw as unknown as HostMessage };
}

function refuse(what: string): Decoded {
  return { ok: false, error: `The page ignored ${what}.` };
}

function kindOf(type: unknown): string {
  return typeof type === 'string' ? JSON.stringify(type.slice(0, 40)) : typeof type;
}

function pick(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

function isCursor(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** `every` passes over the places of a list that hold nothing, which are no rows either. */
function isListOf(value: unknown, test: (part: unknown) => boolean): boolean {
  return Array.isArray(value) && !value.includes(undefined) && value.every(test);
}

function isRows(value: unknown): boolean {
  return isListOf(value, (row) => isRecord(row) && typeof row.id === 'string');
}

function isPatch(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isRecord(value) || !isRows(value.up)) return false;
  return isTexts(value.del) && (value.released === undefined || isTexts(value.released));
}

function isTexts(value: unknown): boolean {
  return isListOf(value, (text) => typeof text === 'string');
}

const ownStates = new Set<unknown>(['waiting', 'sent', 'refused']);

function isOwnEvent(value: unknown): boolean {
  return isRecord(value) && ownStates.has(value.state) && isRows([value.event]);
}

function isOlder({ request, events, runs, next, problem }: Record<string, unknown>): boolean {
  if (!isCursor(request) || !isRows(events) || !isRows(runs)) return false;
  return (next === null || isPlace(next)) && (problem === null || typeof problem === 'string');
}

function isPlace(value: unknown): boolean {
  return (
    isRecord(value) && typeof value.at === 'string' && (value.id === null || typeof value.id === 'string')
  );
}

const shownParts = new Set<unknown>(['details', 'allProjects', 'findRuns', 'exportRuns', 'exportUsage']);
const shownKinds = new Set<unknown>(['run', 'model', 'project']);

function isShowTarget(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { kind } = value;
  if (kind === 'compare') return isTexts(value.ids);
  return shownParts.has(kind) || (shownKinds.has(kind) && typeof value.id === 'string');
}

const states = new Set(['signedOut', 'connecting', 'catchingUp', 'live', 'polling', 'offline', 'setup']);

function isStatus(value: unknown): boolean {
  if (!isRecord(value) || !isRecord(value.activity)) return false;
  const { state, clockOffset, stalledAfter, runsFrom, backend, action } = value;
  const { message, hint, account, activeFrom, modelsFrom, asOf, verifiedAt, latency } = value;
  if (runsFrom !== null && !(isPlace(runsFrom) && typeof pick(runsFrom, 'id') === 'string')) return false;
  if (backend !== null && typeof pick(backend, 'label') !== 'string') return false;
  if (action !== null && !isTexts([pick(action, 'command'), pick(action, 'title')])) return false;
  if (!isTexts([message, hint, account, activeFrom, modelsFrom].filter((text) => text !== null)))
    return false;
  if (![asOf, verifiedAt, latency].every((number) => number === null || isCursor(number))) return false;
  return typeof state === 'string' && states.has(state) && isCursor(clockOffset) && isCursor(stalledAfter);
}

function isDetails(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { counters, refetch, doctor } = value;
  return (
    (counters === null || isCounters(counters)) &&
    isRecord(refetch) &&
    isListOf(refetch.sections, (section) => isRecord(section) && typeof section.table === 'string') &&
    (doctor === null || isReport(doctor))
  );
}

function isCounters(value: unknown): boolean {
  if (!isRecord(value) || !isCursor(value.since) || !isRecord(value.http) || !isRecord(value.socket))
    return false;
  return tables.every((table) => isCursor(pick(value.events, table)));
}

function isReport(value: unknown): boolean {
  if (!isRecord(value) || !isCursor(value.startedAt)) return false;
  return isListOf(
    value.checks,
    (check) => isRecord(check) && typeof check.outcome === 'string' && Array.isArray(check.findings),
  );
}

// A window and its local backend on a disk of their own: does what it is told, a line of JSON each, and answers with what
// came of it.
import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { LocalEndpoint } from '../../src/extension/accounts/types.ts';
import { LocalBackend } from '../../src/extension/localBackend.ts';
import { errorCode } from '../../src/shared/errorCode.ts';
import { RunglassError } from '../../src/shared/status.ts';
import type { BackendDiskAnswer, BackendDiskCommand } from './backendDisk.ts';
import { remount } from './remount.ts';

const [disk = '', mainPath = ''] = process.argv.slice(2);
const folder = path.join(disk, 'data');
const ballast = path.join(disk, 'ballast');
const quiet = () => {};
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const backend = new LocalBackend({ folder, mainPath, log });
let endpoint: LocalEndpoint | null = null;
let user = '';

for await (const line of createInterface({ input: process.stdin })) {
  const { command, leave = 0 } = JSON.parse(line) as BackendDiskCommand;
  const answer = await obey(command, leave).catch((error: unknown) => {
    if (!(error instanceof RunglassError)) return { failure: String(error) };
    return { reason: error.problem.reason, detail: error.message };
  });
  console.log(JSON.stringify({ ...answer, files: files() } satisfies BackendDiskAnswer));
}

async function obey(
  command: BackendDiskCommand['command'],
  leave: number,
): Promise<Partial<BackendDiskAnswer>> {
  switch (command) {
    case 'start':
      endpoint = await backend.start();
      return {};
    case 'fill':
      fill(leave);
      return {};
    case 'make room':
      rmSync(ballast);
      return {};
    case 'read-only':
    case 'writable':
      await remount(disk, command === 'read-only' ? 'ro' : 'rw');
      return {};
    case 'insert':
      return await insertUntilRefused();
    case 'update':
      return await updateUntilGone();
    case 'read':
      return { rows: await rows() };
    case 'kill':
      process.kill(serving().pid, 'SIGKILL');
      return {};
    default:
      return command satisfies never;
  }
}

/** Fills the disk but for `leave` bytes. */
function fill(leave: number): void {
  const reserve = path.join(disk, 'reserve');
  appendFileSync(reserve, Buffer.alloc(leave));
  for (const size of [65_536, 4_096, 1])
    try {
      for (;;) appendFileSync(ballast, Buffer.alloc(size));
    } catch (error) {
      if (errorCode(error) !== 'ENOSPC') throw error;
    }
  rmSync(reserve);
}

function serving(): { readonly pid: number; readonly secretKey: string } {
  return JSON.parse(readFileSync(path.join(folder, 'backend.json'), 'utf8'));
}

function files(): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

async function ask(where: string, init: RequestInit = {}): Promise<Response> {
  const { secretKey } = serving();
  const headers = { apikey: secretKey, 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(20_000);
  return await fetch(`${endpoint?.url}${where}`, {
    ...init,
    headers: { ...headers, ...init.headers },
    signal,
  });
}

async function insertUntilRefused(): Promise<Partial<BackendDiskAnswer>> {
  if (user === '') {
    const credentials = JSON.stringify(endpoint?.user);
    const answer = await ask('/auth/v1/token?grant_type=password', { method: 'POST', body: credentials });
    user = ((await answer.json()) as { user: { id: string } }).user.id;
  }
  for (let acknowledged = 0; ; acknowledged++) {
    const body = JSON.stringify({
      name: `row ${Date.now()} ${acknowledged}`,
      description: 'x'.repeat(1_500),
      user_id: user,
    });
    const answer = await ask('/rest/v1/projects', { method: 'POST', body });
    if (!answer.ok) return { acknowledged, status: answer.status, refusal: await answer.text() };
    if (acknowledged === 300) return { acknowledged };
  }
}

/** Updates of one row take no room in its table, only in the log of PostgreSQL. */
async function updateUntilGone(): Promise<Partial<BackendDiskAnswer>> {
  const [row] = (await (await ask('/rest/v1/projects?select=id&limit=1')).json()) as { id: string }[];
  for (let acknowledged = 0; ; acknowledged++) {
    const body = JSON.stringify({ description: `${acknowledged} ${'y'.repeat(1_800)}` });
    try {
      const answer = await ask(`/rest/v1/projects?id=eq.${row?.id}`, { method: 'PATCH', body });
      if (!answer.ok) return { acknowledged, status: answer.status, refusal: await answer.text() };
    } catch (error) {
      return { acknowledged, failure: String(error) };
    }
  }
}

async function rows(): Promise<{ readonly count: number; readonly description: string }> {
  const answer = await ask('/rest/v1/projects?select=description&order=updated_at.desc', {
    headers: { prefer: 'count=exact' },
  });
  const [first] = (await answer.json()) as { description: string }[];
  return {
    count: Number(answer.headers.get('content-range')?.split('/')[1]),
    description: first?.description.slice(0, 8) ?? '',
  };
}

import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackendDoor } from '../shared/backendFile.ts';
import { compareVersions } from '../shared/semver.ts';
import { version } from '../shared/version.ts';
import { readBackendFile } from './backendFile.ts';
import { BackendFailure } from './failure.ts';
import { isSecret } from './keys.ts';
import type { FolderLock } from './lock.ts';

/** What an older process may take to end its requests and write its database down, ms. */
const stopTimeout = 30_000;
const answerTimeout = 10_000;
/** Windows of the older version that have lost it wait longer before they try the same. */
const pause = 50;

/**
 * Takes the folder over from a process of an older version, which is asked to stop:
 *
 *   new process ── POST /runglass/v1/stop?version=… ──▸ old process ── last line of each lease ──▸ its windows, which wait
 *        │                                               └─ ends its requests, writes down, gives the folder back
 *        └─ serves the folder on the same port; every window attaches to it
 *
 * Only an older one agrees, so that windows of two versions cannot stop one another's process in turn. `examine` throws
 * when this version could not serve the folder: then the older process is left alone.
 */
export async function takeOver(
  folder: string,
  acquire: () => Promise<FolderLock>,
  examine: () => void,
): Promise<FolderLock> {
  let asked = 0;
  let until = 0;
  for (;;) {
    try {
      return await acquire();
    } catch (error) {
      if (!(error instanceof BackendFailure) || error.reason !== 'dataFolderInUse') throw error;
      const server = readBackendFile(folder);
      if (server.kind === 'older' && server.door.pid !== asked) {
        examine();
        if (!(await askToStop(server.door))) throw error;
        asked = server.door.pid;
        until = Date.now() + stopTimeout;
      }
      // Another one of our version, or of a newer one, may have been faster.
      if (server.kind === 'ours' || server.kind === 'newer' || Date.now() > until) throw error;
      await sleep(pause);
    }
  }
}

/** Whether the process has agreed. */
function askToStop(door: BackendDoor): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = request(
      {
        host: '127.0.0.1',
        port: door.port,
        method: 'POST',
        path: `/runglass/v1/stop?version=${encodeURIComponent(version)}`,
        headers: { apikey: door.secretKey },
        agent: false,
        timeout: answerTimeout,
      },
      (response) => {
        response.resume();
        resolve(response.statusCode === 202);
      },
    );
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => resolve(false));
    asking.on('close', () => resolve(false));
    asking.end();
  });
}

/** Answers such a request: yes to the holder of the secret key if its version is newer than ours. */
export function agreesToStop(
  asking: IncomingMessage,
  response: ServerResponse,
  secretKey: string | null,
  by: string,
): boolean {
  const answer = (status: number, message: string) => {
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify({ message }));
    return status === 202;
  };
  if (secretKey === null) return answer(503, 'The backend is starting.');
  if (!isSecret(asking.headers.apikey, secretKey)) return answer(401, 'To stop it needs the secret key.');
  if (compareVersions(by, version) <= 0) return answer(409, `This backend is of version ${version} already.`);
  return answer(202, 'It stops.');
}

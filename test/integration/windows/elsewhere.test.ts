import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { namespaceOptions } from '../../kill/ownDisk.ts';
import {
  BackendExit,
  backendMain,
  describeEmbedded,
  makeClient,
  spawnBackend,
  stopProcess,
  temporaryFolder,
} from '../../support/backend.ts';
import { backendsOf, serving, until } from './windowProcess.ts';

const namespace = namespaceOptions();
const reason = namespace ? '' : ' (making a namespace is not allowed here)';

/** Ids of processes mean nothing from one to the other, as on two machines that share a home on the network. */
describeEmbedded(`a data folder that a container serves, too${reason}`, function () {
  this.timeout(300_000);
  let folder: string;
  let container: ChildProcess;

  before(function () {
    if (!namespace) this.skip();
  });
  beforeEach(async () => {
    folder = temporaryFolder();
    const options = [...(namespace ?? []), '--pid', '--fork', '--kill-child', '--mount-proc'];
    const backend = [process.execPath, backendMain, '--dir', folder];
    container = spawn('unshare', [...options, ...backend], { stdio: 'ignore' });
    await until(
      () => serving(folder),
      () => 'it serves the folder',
    );
  });
  afterEach(async () => {
    await stopProcess(container, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });

  it('is refused while that process lives, and taken over once it is gone', async () => {
    for (let attempt = 0; attempt < 3; attempt++) {
      const refused = await spawnBackend(folder).then(
        ({ child }) => stopProcess(child, 'SIGKILL').then(() => null),
        (error: unknown) => error,
      );
      assert.ok(refused instanceof BackendExit, 'there is one writer');
      assert.equal(refused.code, 10);
      assert.match(refused.message, /in use by process \d+ on another machine or in a container/);
    }
    const { url, secretKey } = serving(folder) ?? assert.fail('nobody serves');
    await makeClient(url, secretKey).from('projects').select('id').limit(1).throwOnError();
    await stopProcess(container, 'SIGKILL');
    // What is in it ends with it, but after it.
    await until(
      () => backendsOf(folder).length === 0,
      () => 'nobody serves the folder',
    );
    const { child } = await spawnBackend(folder);
    await stopProcess(child);
  });

  it('is free at once when that process has given it back', async () => {
    const pid = childOf(container.pid ?? 0);
    process.kill(pid, 'SIGTERM');
    await until(
      () => container.exitCode !== null,
      () => 'it ends',
    );
    const [lock] = readdirSync(folder).filter((name) => name.startsWith('lock.'));
    assert.equal(readFileSync(path.join(folder, lock ?? '', 'owner.json'), 'utf8'), '{}');
    const { child } = await spawnBackend(folder);
    await stopProcess(child);
  });
});

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}

import { startGroup } from '../../scripts/vscodeHost/processGroup.ts';
import { type Row, row } from '../rows.ts';
import { median } from '../statistics.ts';
import { backendMain, DataFolder } from './window.ts';

const rounds = 9;

/** New and existing folders in turns, so that what else the machine does meets both alike. */
export async function measureStarts(): Promise<Row[]> {
  const windows = {
    cold: [] as number[],
    warm: [] as number[],
    killed: [] as number[],
    second: [] as number[],
  };
  const processes = { cold: [] as number[], warm: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const folder = new DataFolder();
    windows.cold.push((await folder.open()).ms);
    windows.second.push((await folder.open()).ms);
    await folder.end();
    windows.warm.push((await folder.open()).ms);
    await folder.end('SIGKILL');
    windows.killed.push((await folder.open()).ms);
    await folder.end();
    folder.remove();
    const alone = new DataFolder();
    processes.cold.push(await untilReady(alone.path));
    processes.warm.push(await untilReady(alone.path));
    alone.remove();
  }
  return [
    row('start in a new folder, p50', median(windows.cold), 'ms', { atMost: 2_000 }),
    row('start in a new folder, slowest', Math.max(...windows.cold), 'ms'),
    row('start in an existing folder, p50', median(windows.warm), 'ms', { atMost: 1_500 }),
    row('start in an existing folder, slowest', Math.max(...windows.warm), 'ms'),
    row('start after kill -9, p50', median(windows.killed), 'ms', { atMost: 1_500 }),
    row('a second window, p50', median(windows.second), 'ms'),
    row('the process alone, new folder, p50', median(processes.cold), 'ms'),
    row('the process alone, existing folder, p50', median(processes.warm), 'ms'),
  ];
}

/** From the start of the process to its line on stdout, ms; ends it. */
async function untilReady(folder: string): Promise<number> {
  const startedAt = performance.now();
  const group = startGroup(process.execPath, [backendMain, '--dir', folder, '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await Promise.race([
    new Promise((resolve) => group.child.stdout?.once('data', resolve)),
    group.exited.then((code) => Promise.reject(new Error(`The backend ended with ${code}.`))),
  ]);
  const ms = performance.now() - startedAt;
  await group.stop();
  return ms;
}

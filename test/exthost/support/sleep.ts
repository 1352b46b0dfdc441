// node sleep.ts PID MS URL SECRET_KEY USER_ID COUNT
// A stand-in for a machine that sleeps: stops a process for MS and makes COUNT changes meanwhile. Prints when it woke it.
import { makeClient } from '../../support/backend.ts';
import { makeChanges } from '../../support/changes.ts';

const [pid = '', ms = '', url = '', secretKey = '', userId = '', count = ''] = process.argv.slice(2);
const until = Date.now() + Number(ms);
process.kill(Number(pid), 'SIGSTOP');
try {
  await makeChanges(makeClient(url, secretKey), userId, Number(count));
  await new Promise((resolve) => setTimeout(resolve, until - Date.now()));
} finally {
  process.kill(Number(pid), 'SIGCONT');
  console.log(Date.now());
}
process.exit();

import { errorCode } from '../../shared/errorCode.ts';

/** Whether a process of this machine has the id, whoever owns it. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';

const isWindows = process.platform === 'win32';

/** Whether a bare name is that of a program in a folder of `PATH`; relative folders there do not count. */
export async function isProgram(name: string, env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  if (path.basename(name) !== name) return false;
  const endings = isWindows ? ['', ...(env.PATHEXT ?? '.EXE;.CMD;.BAT;.COM').split(';')] : [''];
  for (const folder of (env.PATH ?? '').split(path.delimiter).filter(path.isAbsolute))
    for (const ending of endings) if (await canRun(path.join(folder, name + ending))) return true;
  return false;
}

async function canRun(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
